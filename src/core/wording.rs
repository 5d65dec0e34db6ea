//! How counts and names are put in a sentence, whoever says it: the page or the clerk.

/// "1 annotation", "2 annotations", "1,200 annotations".
pub fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", thousands(count))
}

/// A number with a comma before each three digits.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A step's name as the words stand alone: "Merge 2 claims", "Mark junk".
pub fn sentence(name: &str) -> String {
    let mut words = name.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_a_comma_before_each_three_digits_and_one_has_no_ending() {
        assert_eq!(plural(0, "record"), "0 records");
        assert_eq!(plural(1, "record"), "1 record");
        assert_eq!(plural(999, "record"), "999 records");
        assert_eq!(plural(1_000, "record"), "1,000 records");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn a_sentence_begins_with_a_capital_letter_where_there_is_one() {
        assert_eq!(sentence("mark junk"), "Mark junk");
        assert_eq!(sentence("é"), "é");
        assert_eq!(sentence(""), "");
    }
}

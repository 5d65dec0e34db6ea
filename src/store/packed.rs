//! Numbers written densely as text, in the digits of base 64 (RFC 4648, section 5).
//!
//! A number takes one digit for each five bits, the lowest first; a digit's sixth bit says that more follow. A
//! place or time is written as its distance from the one before, the sign in the lowest bit. Ids are random,
//! so they are written in full, six bits a digit.

use uuid::Uuid;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bits of a UUID of version 7 that are neither time nor fixed, and the digits that they take.
const RANDOM_BITS: u32 = 12 + 62;
const V7_DIGITS: u32 = RANDOM_BITS.div_ceil(6);
const UUID_DIGITS: u32 = 128_u32.div_ceil(6);

/// Writes numbers one behind the other.
#[derive(Default)]
pub(super) struct Packer {
    text: String,
}

impl Packer {
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn digit(&mut self, value: u128) {
        self.text.push(char::from(DIGITS[(value & 63) as usize]));
    }

    pub(super) fn number(&mut self, mut value: u64) {
        while value >= 32 {
            self.digit(u128::from(value & 31 | 32));
            value >>= 5;
        }
        self.digit(u128::from(value));
    }

    /// Writes how far `value` is from `last`, whatever both are.
    pub(super) fn distance(&mut self, last: i64, value: i64) {
        let distance = value.wrapping_sub(last);
        self.number((distance << 1 ^ distance >> 63).cast_unsigned());
    }

    pub(super) fn uuid(&mut self, id: Uuid) {
        self.bits(id.as_u128(), UUID_DIGITS);
    }

    /// Writes a UUID of version 7 whose time is known from `near`, or nearly.
    pub(super) fn v7(&mut self, near: i64, id: V7) {
        self.distance(near, id.millis);
        self.bits(id.random, V7_DIGITS);
    }

    fn bits(&mut self, value: u128, digits: u32) {
        for place in 0..digits {
            self.digit(value >> (6 * place));
        }
    }
}

/// Reads what [`Packer`] wrote. `None` wherever the text is no such thing.
pub(super) struct Unpacker<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes().iter(),
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    fn digit(&mut self) -> Option<u8> {
        Some(match *self.rest.next()? {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'a'..=b'z' => letter - b'a' + 26,
            number @ b'0'..=b'9' => number - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        })
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(5) {
            let digit = self.digit()?;
            let five = u64::from(digit & 31);
            if five.leading_zeros() < shift {
                return None;
            }
            value |= five << shift;
            if digit < 32 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn distance(&mut self, last: i64) -> Option<i64> {
        let distance = self.number()?;
        Some(last.wrapping_add((distance >> 1).cast_signed() ^ -((distance & 1).cast_signed())))
    }

    pub(super) fn uuid(&mut self) -> Option<Uuid> {
        self.bits(128, UUID_DIGITS).map(Uuid::from_u128)
    }

    pub(super) fn v7(&mut self, near: i64) -> Option<V7> {
        let millis = self.distance(near)?;
        let random = self.bits(RANDOM_BITS, V7_DIGITS)?;
        (0..1 << 48).contains(&millis).then_some(V7 { millis, random })
    }

    fn bits(&mut self, bits: u32, digits: u32) -> Option<u128> {
        let mut value = 0;
        for place in 0..digits {
            let six = u128::from(self.digit()?);
            if 6 * place + (u128::BITS - six.leading_zeros()) > bits {
                return None;
            }
            value |= six << (6 * place);
        }
        Some(value)
    }
}

/// The parts of a UUID of version 7 (RFC 9562, section 5.7) that are not fixed.
///
/// Invariant: `millis` takes 48 bits, `random` takes [`RANDOM_BITS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct V7 {
    pub(super) millis: i64,
    random: u128,
}

impl V7 {
    /// The parts of `id`; `None` where it is of another version or variant.
    pub(super) fn of(id: Uuid) -> Option<Self> {
        let bits = id.as_u128();
        let parts = Self {
            // 48 bits, so nothing is lost.
            millis: (bits >> 80) as i64,
            random: (bits >> 64 & 0xFFF) << 62 | bits & ((1 << 62) - 1),
        };
        (parts.uuid() == id).then_some(parts)
    }

    /// The whole id.
    pub(super) fn uuid(self) -> Uuid {
        let time = u128::from(self.millis.cast_unsigned()) << 80;
        let random = (self.random >> 62) << 64 | self.random & ((1 << 62) - 1);
        Uuid::from_u128(time | 7 << 76 | 0b10 << 62 | random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_take_one_digit() {
        for (last, value, text) in [(0, 0, "A"), (7, 7, "A"), (7, 6, "B"), (7, 8, "C"), (0, 15, "e")] {
            let mut packer = Packer::default();
            packer.distance(last, value);
            assert_eq!(packer.finish(), text);
        }
    }

    proptest! {
        #[test]
        fn everything_is_read_as_it_was_written(
            numbers in prop::collection::vec(prop_oneof![0..100_u64, any::<u64>(), Just(u64::MAX)], 0..8),
            places in prop::collection::vec(prop_oneof![-9..9_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)], 0..8),
            ids in prop::collection::vec(any::<u128>(), 0..4),
        ) {
            let mut packer = Packer::default();
            let mut last = 0;
            for &number in &numbers {
                packer.number(number);
            }
            for &place in &places {
                packer.distance(last, place);
                last = place;
            }
            let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_u128).collect();
            let sevens: Vec<V7> = ids
                .iter()
                .filter_map(|id| V7::of(uuid::Builder::from_u128(id.as_u128()).with_version(uuid::Version::SortRand).with_variant(uuid::Variant::RFC4122).into_uuid()))
                .collect();
            prop_assert_eq!(ids.len(), sevens.len());
            for &id in &ids {
                packer.uuid(id);
            }
            for &seven in &sevens {
                packer.v7(last, seven);
            }
            let text = packer.finish();
            let mut unpacker = Unpacker::new(&text);
            for number in numbers {
                prop_assert_eq!(unpacker.number(), Some(number));
            }
            let mut last = 0;
            for place in places {
                prop_assert_eq!(unpacker.distance(last), Some(place));
                last = place;
            }
            for id in ids {
                prop_assert_eq!(unpacker.uuid(), Some(id));
            }
            for seven in sevens {
                prop_assert_eq!(unpacker.v7(last), Some(seven));
                prop_assert_eq!(V7::of(seven.uuid()), Some(seven));
            }
            prop_assert!(unpacker.is_at_end());
            prop_assert_eq!(unpacker.number(), None);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[A-Za-z0-9_é-]{0,60}") {
            for read in [
                |unpacker: &mut Unpacker<'_>| unpacker.number().is_some(),
                |unpacker: &mut Unpacker<'_>| unpacker.distance(i64::MAX).is_some(),
                |unpacker: &mut Unpacker<'_>| unpacker.uuid().is_some(),
                |unpacker: &mut Unpacker<'_>| unpacker.v7(0).is_some(),
            ] {
                let mut unpacker = Unpacker::new(&text);
                while !unpacker.is_at_end() && read(&mut unpacker) {}
            }
        }
    }
}

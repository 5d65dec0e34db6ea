//! Keys and the commands that they give. They need no page, but the workspace is built for browsers alone.

use hearsay::app::catalogue::{self, Entry};
use hearsay::app::command::Command;
use hearsay::app::keymap::{Chord, Focus, Keymap};
use hearsay::app::palette::{self, Choice};
use hearsay::browser::keyboard::KeyPress;
use hearsay::core::scheme::Scheme;
use std::collections::BTreeMap;
use wasm_bindgen_test::wasm_bindgen_test;

/// A key press as it is written in these tests: the keys that are held, then the key as the browser names it.
fn press(words: &str) -> KeyPress {
    let mut press = KeyPress {
        key: String::new(),
        control: false,
        alt: false,
        shift: false,
    };
    for key in words.split(' ') {
        match key {
            "Ctrl" => press.control = true,
            "Alt" => press.alt = true,
            "Shift" => press.shift = true,
            "blank" => press.key = " ".to_owned(),
            key => press.key = key.to_owned(),
        }
    }
    press
}

fn entries() -> Vec<Entry> {
    catalogue::entries(&Scheme::news_claims())
}

fn found<'e>(keymap: &Keymap, entries: &'e [Entry], words: &str) -> Option<(&'e str, bool)> {
    let found = keymap.find(entries, &press(words), Focus::Text);
    found.map(|(entry, extends)| (entry.id.as_str(), extends))
}

#[wasm_bindgen_test]
fn a_chord_writes_shift_only_where_the_sign_does_not_say_it() {
    for (pressed, written) in [
        ("k", "K"),
        ("Shift K", "Shift+K"),
        ("Ctrl k", "Ctrl+K"),
        ("Ctrl Shift Z", "Ctrl+Shift+Z"),
        ("Shift ?", "?"),
        ("Alt Shift {", "Alt+{"),
        ("Shift ArrowLeft", "Shift+ArrowLeft"),
        ("blank", "Space"),
        ("Shift blank", "Shift+Space"),
        ("Ctrl +", "Ctrl++"),
        ("é", "É"),
    ] {
        assert_eq!(
            Chord::of(&press(pressed)),
            Some(Chord::from(written)),
            "{pressed}"
        );
    }
}

#[wasm_bindgen_test]
fn a_key_that_is_only_held_is_no_chord() {
    for key in ["Shift", "Control", "Meta", "AltGraph", "Dead"] {
        let mut held = press("x");
        held.key = key.to_owned();
        assert_eq!(Chord::of(&held), None, "{key}");
    }
}

#[wasm_bindgen_test]
fn shift_is_added_once_and_only_where_it_can_be_pressed() {
    for (chord, with_shift) in [
        ("ArrowLeft", Some("Shift+ArrowLeft")),
        ("Ctrl+ArrowLeft", Some("Ctrl+Shift+ArrowLeft")),
        ("J", Some("Shift+J")),
        ("Shift+J", None),
        // Shift beside these gives another sign.
        ("(", None),
        ("Ctrl++", None),
    ] {
        assert_eq!(
            Chord::from(chord).with_shift(),
            with_shift.map(Chord::from),
            "{chord}"
        );
    }
}

#[wasm_bindgen_test]
fn a_chord_is_shown_key_by_key() {
    for (chord, keys) in [
        ("Ctrl+Shift+Z", "Ctrl Shift Z"),
        ("Alt+ArrowUp", "Alt ↑"),
        ("Delete", "Del"),
        ("+", "+"),
        ("Ctrl++", "Ctrl +"),
    ] {
        assert_eq!(Chord::from(chord).keys().join(" "), keys);
    }
}

#[wasm_bindgen_test]
fn aria_has_its_own_names_for_control_and_plus() {
    for (chord, aria) in [
        ("Ctrl+Shift+Z", "Control+Shift+Z"),
        ("Alt+[", "Alt+["),
        ("Ctrl++", "Control+Plus"),
        ("+", "Plus"),
    ] {
        assert_eq!(Chord::from(chord).aria(), aria);
    }
}

#[wasm_bindgen_test]
fn keys_that_the_page_cannot_do_without_are_given_to_no_command() {
    for chord in [
        "Escape",
        "Tab",
        "Shift+Tab",
        "Enter",
        "Space",
        "ArrowUp",
        "Shift+End",
    ] {
        assert!(Chord::from(chord).fault().is_some(), "{chord}");
    }
    for chord in ["Ctrl+Enter", "Ctrl+Home", "Alt+ArrowUp", "ArrowLeft", "K", "/"] {
        assert_eq!(Chord::from(chord).fault(), None, "{chord}");
    }
}

#[wasm_bindgen_test]
fn no_two_commands_have_one_key_or_one_name() {
    let (mut keys, mut names) = (BTreeMap::new(), BTreeMap::new());
    for entry in entries() {
        for key in &entry.keys {
            assert_eq!(keys.insert(key.clone(), entry.id.clone()), None, "{key}");
        }
        assert_eq!(
            names.insert(entry.name.clone(), entry.id.clone()),
            None,
            "{}",
            entry.name
        );
    }
}

#[wasm_bindgen_test]
fn shift_beside_a_cursor_key_extends() {
    let (keymap, entries) = (Keymap::default(), entries());
    assert_eq!(
        found(&keymap, &entries, "ArrowRight"),
        Some(("character-on", false))
    );
    assert_eq!(
        found(&keymap, &entries, "Shift ArrowRight"),
        Some(("character-on", true))
    );
    assert_eq!(
        found(&keymap, &entries, "Ctrl Shift ArrowRight"),
        Some(("word-on", true))
    );
    assert_eq!(found(&keymap, &entries, "Shift n"), None);
}

#[wasm_bindgen_test]
fn keys_of_the_text_work_nowhere_else() {
    let (keymap, entries) = (Keymap::default(), entries());
    assert_eq!(keymap.find(&entries, &press("ArrowRight"), Focus::Page), None);
    assert!(keymap.find(&entries, &press("n"), Focus::Page).is_some());
}

#[wasm_bindgen_test]
fn of_all_commands_a_field_has_the_list_of_them_alone_and_only_with_ctrl() {
    let (mut keymap, entries) = (Keymap::default(), entries());
    let found = |keymap: &Keymap, words| {
        let found = keymap.find(&entries, &press(words), Focus::Field);
        found.map(|(entry, _)| entry.id.clone())
    };
    assert_eq!(found(&keymap, "Ctrl k").as_deref(), Some("commands"));
    assert_eq!(found(&keymap, "Ctrl z"), None);
    keymap.set(&entries, "commands", vec!["K".into()]);
    assert_eq!(found(&keymap, "k"), None);
}

#[wasm_bindgen_test]
fn a_key_is_taken_from_the_command_that_had_it() {
    let (mut keymap, entries) = (Keymap::default(), entries());
    let redo = entries.iter().find(|entry| entry.id == "redo").unwrap();
    let others = keymap.others_with(&entries, "next", &"Ctrl+Y".into());
    assert_eq!(others, [redo]);
    keymap.set(&entries, "next", vec!["Ctrl+Y".into()]);
    assert_eq!(found(&keymap, &entries, "Ctrl y"), Some(("next", false)));
    assert_eq!(keymap.keys_of(redo), ["Ctrl+Shift+Z".into()]);
    assert_eq!(found(&keymap, &entries, "n"), None);
}

#[wasm_bindgen_test]
fn a_command_with_the_chord_itself_comes_before_one_that_it_extends() {
    let (mut keymap, entries) = (Keymap::default(), entries());
    keymap.set(&entries, "import", vec!["Shift+ArrowRight".into()]);
    assert_eq!(
        found(&keymap, &entries, "Shift ArrowRight"),
        Some(("import", false))
    );
}

#[wasm_bindgen_test]
fn a_command_that_gets_its_own_key_back_counts_as_unchanged() {
    let (mut keymap, entries) = (Keymap::default(), entries());
    keymap.set(&entries, "next", vec!["P".into()]);
    assert!(keymap.is_any_changed());
    keymap.set(&entries, "next", vec!["N".into()]);
    keymap.set(&entries, "previous", vec!["P".into()]);
    assert_eq!(keymap, Keymap::default());
    keymap.set(&entries, "next", Vec::new());
    keymap.reset();
    assert!(!keymap.is_any_changed());
}

#[wasm_bindgen_test]
fn the_palette_finds_all_typed_words_in_any_order_the_best_first() {
    let choices: Vec<Choice> = ["Mark as junk", "Junk", "Undo", "Open: A junkyard"]
        .into_iter()
        .map(|name| Choice::new(name.to_owned(), "Regions", Vec::new(), Command::Undo))
        .collect();
    let names = |typed| -> Vec<&str> {
        palette::found(&choices, typed)
            .into_iter()
            .map(|index| choices[index].name.as_str())
            .collect()
    };
    assert_eq!(names("junk"), ["Junk", "Mark as junk", "Open: A junkyard"]);
    assert_eq!(names("JUNK ma"), ["Mark as junk"]);
    assert_eq!(names("regions und"), ["Undo"]);
    assert_eq!(names("").len(), 4);
    assert_eq!(names("nothing"), [""; 0]);
}

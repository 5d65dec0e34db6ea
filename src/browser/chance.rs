//! Random numbers: ids and pseudonyms.

use super::clock;
use crate::core::id::{RecordId, WriterId};

const MANNERS: [&str; 24] = [
    "quiet", "amber", "brisk", "calm", "clear", "deft", "early", "fair", "gentle", "hazel", "keen", "level",
    "mellow", "noble", "olive", "plain", "rapid", "sage", "silver", "steady", "sunny", "tidy", "warm",
    "witty",
];

const ANIMALS: [&str; 24] = [
    "heron", "badger", "curlew", "dormouse", "egret", "falcon", "gecko", "hare", "ibis", "jackdaw",
    "kestrel", "lark", "marten", "newt", "otter", "plover", "quail", "robin", "stoat", "tern", "vole",
    "wagtail", "wren", "yak",
];

/// A new id for a record: UUID version 7 of the time now.
pub fn record_id() -> RecordId {
    let millis = clock::now().millis().max(0) as u64;
    RecordId::new_v7(millis, &bytes())
}

/// A new name for this page as a writer of records.
pub fn writer_id() -> WriterId {
    WriterId(u64::from_be_bytes(bytes()))
}

/// A made-up name for a reviewer who has not given one.
pub fn pseudonym() -> String {
    let [manner, animal] = bytes();
    let of = |names: &[&'static str; 24], byte: u8| names[usize::from(byte) % names.len()];
    format!("{}-{}", of(&MANNERS, manner), of(&ANIMALS, animal))
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let drawn = super::window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if drawn.is_err() {
        // Every browser that runs this page has `crypto`; a page that is stripped of it still gets ids that
        // differ, from the general-purpose generator.
        bytes.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    }
    bytes
}

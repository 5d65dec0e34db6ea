//! What stands in storage: whatever it is, the page opens, and what cannot be read is still there.
#![no_main]

use hearsay::core::id::WriterId;
use hearsay::store::rescue::Rescue;
use hearsay::store::{KeyValue, Memory, Repository, envelope};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

fuzz_target!(|entries: Vec<(u8, String)>| {
    let entries: BTreeMap<String, String> = entries.into_iter().map(stored).collect();
    let storage: Memory = entries.clone().into_iter().collect();
    let (repository, opened) = Repository::open(storage, WriterId(2), BTreeMap::new(), entries.clone());
    for (key, value) in &entries {
        assert_eq!(repository.storage().get(key).as_ref(), Ok(&Some(value.clone())), "opening writes nothing");
    }
    drop(opened);
    for value in entries.values() {
        let _ = Rescue::read(value.as_bytes());
    }
});

/// A value under a key of ours, sealed as ours are in half of all cases, so that what is behind the checksum is reached.
fn stored((choice, body): (u8, String)) -> (String, String) {
    let key = match choice % 4 {
        0 => format!("hearsay/log/0000000000000001/{:08}", choice / 8),
        1 => "hearsay/snapshot/corpus".to_owned(),
        2 => format!("hearsay/snapshot/article/{}", choice / 8),
        _ => format!("hearsay/settings/{}", choice / 8),
    };
    let value = if choice & 4 == 0 {
        envelope::seal(&key, &body)
    } else {
        body
    };
    (key, value)
}

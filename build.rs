//! Tells the linker of the released page to keep where everything is referred to, so that the page can be split.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(split)");
    let is = |name, value: &str| env::var(name).is_ok_and(|found| found == value);
    // `PROFILE` is `release` for the clerk's profile as well, which inherits from it. The clerk is not split, and the page
    // alone is made small.
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") && is("OPT_LEVEL", "z") {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bin=hearsay=--emit-relocs");
    }
}

//! The page's entry point. On any other target there is nothing to start.

fn main() {
    #[cfg(target_arch = "wasm32")]
    hearsay::start();
}

//! The entry point of the web worker that writes and reads files. On any other target there is nothing to start.

fn main() {
    #[cfg(target_arch = "wasm32")]
    hearsay::serve_clerk();
}

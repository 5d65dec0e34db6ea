//! `bench`: the figures of the released page, beside a static page measured in the same run.
//!
//! Prints Markdown: a table with every target, the median and the 95th percentile of what was measured, the floor of
//! the same run and whether the target is met; then tables of details. It asserts nothing: what is met on one machine
//! may be missed on another, and the floor tells how much of that is the machine.

mod bench;
mod figures;
mod rows;
mod settings;

use anyhow::Result;
use bench::Bench;
use settings::{Settings, USAGE};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Some(settings) = Settings::parse(std::env::args().skip(1))? else {
        println!("{USAGE}");
        return Ok(());
    };
    let runs = settings.runs;
    let bench = Bench::new(settings).await?;
    let report = rows::measure(&bench).await;
    println!(
        "Median / 95th percentile of {runs} runs, in headless Chromium on {} cores.\n",
        std::thread::available_parallelism().map_or(0, usize::from)
    );
    print!("{}", report.markdown());
    Ok(())
}

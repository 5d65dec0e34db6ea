//! Trunk, which builds and serves the page.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::failure::Outcome;
use crate::machine::Machine;

/// Trunk, in the checkout.
pub(crate) fn trunk(machine: &Machine) -> Command {
    let mut trunk = machine.project_command("trunk");
    // Trunk takes the variable for a switch, and its usual value for a mistake.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env_remove("NO_COLOR").env("TRUNK_COLOR", "never");
    }
    trunk
}

/// Where the page is as it is released. Not in `dist/`: a `trunk serve` that runs meanwhile writes there.
pub(crate) fn released(machine: &Machine) -> PathBuf {
    machine.target_folder().join("page")
}

/// Builds the page as it is released.
///
/// # Errors
/// If Trunk fails.
pub(crate) fn build(machine: &Machine) -> Outcome {
    eprintln!("==> The page as it is released, about 9 min the first time");
    command::aloud(
        trunk(machine)
            .args(["build", "--release", "--dist"])
            .arg(released(machine)),
        "Correct what the compiler or Trunk says above.",
    )
}

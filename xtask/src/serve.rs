//! `cargo xtask serve`: the page, built and served anew at every change.

use std::process::Command;

use crate::command;
use crate::failure::Outcome;
use crate::machine::Machine;
use crate::page;

const REMEDY: &str = "Correct what Trunk says above. If the port is taken: cargo xtask serve --port 8081";

/// Runs `trunk serve` with these arguments.
///
/// # Errors
/// If Trunk cannot be run. Where it takes this process's place, its own exit code is ours.
pub(crate) fn run(machine: &Machine, arguments: &[String]) -> Outcome {
    let mut trunk = page::trunk(machine);
    trunk.arg("serve").args(arguments);
    eprintln!(
        "==> {}, the first build about 2 min; Ctrl-C ends it",
        command::described(&trunk)
    );
    give_way_to(&mut trunk)
}

/// Becomes the command, so that a signal reaches it and nothing is left behind.
#[cfg(unix)]
fn give_way_to(command: &mut Command) -> Outcome {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(command::not_started(command, &error, REMEDY))
}

/// Runs the command till it ends. Ctrl-C reaches it, since it shares this console.
#[cfg(not(unix))]
fn give_way_to(command: &mut Command) -> Outcome {
    command::aloud(command, REMEDY)
}

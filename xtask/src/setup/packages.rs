//! Packages of the system (`apt-get`), and other things that only its administrator may do.

use std::process::Command;

use crate::command::{described, quietly};
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;

/// Installs packages. `otherwise` is what a person can do where these packages do not exist.
///
/// # Errors
/// If there is no `apt-get`, or it fails.
pub(super) fn install(machine: &Machine, packages: &[&str], otherwise: &str) -> Outcome {
    if machine.find("apt-get").is_none() {
        return Err(Failure::new(
            format!("to install {}", packages.join(", ")),
            "this machine has no apt-get",
            otherwise,
        ));
    }
    let apt = |arguments: &[&str]| {
        let mut words = vec![
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            // Another installation may be under way; wait for it, at most this many seconds.
            "-o",
            "DPkg::Lock::Timeout=300",
            "-qq",
        ];
        words.extend(arguments);
        as_administrator(machine, "env", &words, otherwise)
    };
    // A list that cannot be fetched is no reason to stop: the package may be known all the same.
    let _ = apt(&["update"]);
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

/// Runs a command with an administrator's rights, never asking for a password.
///
/// # Errors
/// If there are no such rights, or it fails.
pub(super) fn as_administrator(
    machine: &Machine,
    program: &str,
    arguments: &[&str],
    remedy: &str,
) -> Outcome {
    let user = quietly(machine.command("id").arg("-u"), remedy)?;
    if user.trim() == "0" {
        return quietly(machine.command(program).args(arguments), remedy).map(drop);
    }
    let by_hand = described(Command::new(program).args(arguments));
    let remedy = format!("Run this as root, then the same again:\n{by_hand}\nIf that fails: {remedy}");
    quietly(
        machine.command("sudo").arg("-n").arg(program).args(arguments),
        &remedy,
    )
    .map(drop)
}

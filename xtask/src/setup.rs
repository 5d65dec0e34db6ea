//! The set-up: everything that the project's commands need and a bare machine has not.
//!
//! A machine is *restricted* where rustup is missing or may not download (`RUSTUP_AUTO_INSTALL=0`). There
//! the standard library for the browser is built from the system's own Rust, and wasm-bindgen and wasm-opt
//! are installed, so that Trunk finds them and fetches nothing. Elsewhere rustup and Trunk fetch what they
//! need by themselves. Nothing that is installed goes into the checkout, but what the tests load into the page.

mod axe;
mod browser_std;
mod packages;
mod tools;

pub(crate) mod chrome;
pub(crate) mod readers;

use std::fs;
use std::path::PathBuf;

use crate::failure::Outcome;
use crate::machine::{Machine, Way};
use crate::step::{self, Step};

/// What the set-up is for, besides to build the page and serve it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// To run the page in a browser that is driven by a program.
    pub(crate) browser: bool,
    /// To try exported files with the formats' own readers.
    pub(crate) readers: bool,
}

impl Purpose {
    /// Everything.
    pub(crate) const ALL: Self = Self {
        browser: true,
        readers: true,
    };
}

/// Does what is missing.
///
/// # Errors
/// With the first step that fails.
pub(crate) fn run(machine: &Machine, purpose: Purpose) -> Outcome {
    step::run(&steps(machine, purpose)?)?;
    // The tools share what they build; once all are there nobody needs it, and should it stay, no harm.
    let _ = fs::remove_dir_all(tools::build_folder(machine));
    if !machine.cargo_bin_is_on_path() {
        eprintln!(
            "Note: {} is not on PATH; with it there, plain `trunk serve` works too.",
            machine.cargo_bin.display()
        );
    }
    Ok(())
}

/// The programs that split the released page.
pub(crate) struct SplittingTools {
    pub(crate) split: PathBuf,
    pub(crate) bindgen: PathBuf,
    pub(crate) opt: PathBuf,
}

/// The programs that split the released page. The splitter is installed where it is missing; the others are those
/// that Trunk uses.
///
/// # Errors
/// If one is missing and cannot be had.
pub(crate) fn splitting_tools(machine: &Machine) -> Outcome<SplittingTools> {
    let step = tools::wasm_split(machine);
    if (step.look)()? == step::Found::Missing {
        step::run(&[step])?;
    }
    Ok(SplittingTools {
        split: tools::wasm_split_program(machine),
        bindgen: tools::trunks_own_wasm_bindgen(machine)?,
        opt: tools::trunks_own_wasm_opt(machine)?,
    })
}

fn steps(machine: &Machine, purpose: Purpose) -> Outcome<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    match machine.way {
        Way::Ready => steps.push(browser_std::ready()),
        Way::Rustup => steps.push(browser_std::from_rustup(machine)),
        Way::System => steps.extend(browser_std::from_system(machine)?),
    }
    // wasm-bindgen's package also holds the runner of the tests in the browser.
    if machine.restricted || purpose.browser {
        steps.push(tools::wasm_bindgen(machine)?);
    }
    steps.push(tools::trunk(machine)?);
    if machine.restricted {
        steps.push(tools::wasm_opt(machine)?);
    }
    if purpose.browser {
        // The tests and the benchmark take the page as it is released.
        steps.push(tools::wasm_split(machine));
        steps.push(chrome::step(machine));
        steps.push(axe::step(machine)?);
    }
    if purpose.readers {
        steps.extend(readers::steps(machine)?);
    }
    Ok(steps)
}

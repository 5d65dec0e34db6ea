//! The project's own commands: `cargo xtask serve`, `test`, `bench`, and the set-up that they need.
//!
//! Each room knows one thing: [`machine`] where this machine has what, [`step`] how steps are shown and run,
//! [`setup`] what the steps are, [`command`] other programs, [`failure`] what is said when one fails.

mod bench;
mod command;
mod failure;
mod finish;
mod folder;
mod machine;
mod offline;
mod page;
mod seam;
mod serve;
mod setup;
mod split;
mod step;
mod styles;
mod terse;
mod test;
mod version;

use std::env;
use std::process::ExitCode;

use bench::Bench;
use failure::{Failure, Outcome};
use machine::Machine;
use setup::Purpose;
use test::Stage;

const USAGE: &str = "\
cargo xtask <command>

  serve [arguments of trunk serve]   set up what is missing, then build and serve the page
  test [STAGE …]                     set up what is missing, then run these tests, or all:
                                     lint, host, readers, browser, e2e
  bench [--write] [arguments]        set up what is missing, then measure the released page;
                                     --help tells the arguments
  bench --counts [--write]           count the core's instructions instead, with valgrind
  setup                              only the set-up, for all of them
  finish                             what Trunk calls when it has built the page
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Serve(Vec<String>),
    Test(Vec<Stage>),
    Bench(Bench),
    Setup,
    Finish,
    Help,
}

impl Task {
    /// `Err` is what is wrong with the command line.
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let Some(command) = words.next() else {
            return Err("no command".to_owned());
        };
        match command.as_str() {
            "serve" => Ok(Self::Serve(words.collect())),
            "bench" => Ok(Self::Bench(Bench::read(words))),
            "test" => {
                let named = words
                    .map(|word| Stage::named(&word).ok_or(format!("no tests are called `{word}`")))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Self::Test(if named.is_empty() {
                    Stage::ALL.to_vec()
                } else {
                    named
                }))
            }
            "setup" => match words.next() {
                None => Ok(Self::Setup),
                Some(word) => Err(format!("setup takes no `{word}`")),
            },
            "finish" => Ok(Self::Finish),
            "help" | "-h" | "--help" => Ok(Self::Help),
            other => Err(format!("no command is called `{other}`")),
        }
    }

    fn run(&self) -> Outcome {
        let set_up = |purpose| {
            let machine = Machine::look()?;
            setup::run(&machine, purpose)?;
            Ok::<_, Failure>(machine)
        };
        match self {
            Self::Serve(arguments) => serve::run(&set_up(Purpose::default())?, arguments),
            Self::Bench(bench) => bench.run(&set_up(Purpose {
                browser: bench.drives_a_browser(),
                readers: false,
            })?),
            Self::Test(stages) => {
                let purpose = Purpose {
                    browser: stages.iter().any(|stage| stage.drives_a_browser()),
                    readers: stages.contains(&Stage::Readers),
                };
                test::run(&set_up(purpose)?, stages)
            }
            Self::Setup => set_up(Purpose::ALL).map(drop),
            Self::Finish => finish::run(),
            Self::Help => {
                print!("{USAGE}");
                Ok(())
            }
        }
    }
}

fn main() -> ExitCode {
    let task = match Task::read(env::args().skip(1)) {
        Ok(task) => task,
        Err(wrong) => {
            eprint!("{wrong}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match task.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("\ncargo xtask could not go on.\n{failure}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Task, String> {
        Task::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_command_line_is_read() {
        assert_eq!(read("setup"), Ok(Task::Setup));
        assert_eq!(
            read("serve --port 8081"),
            Ok(Task::Serve(vec!["--port".to_owned(), "8081".to_owned()]))
        );
        assert_eq!(read("test"), Ok(Task::Test(Stage::ALL.to_vec())));
        assert_eq!(
            read("test e2e lint"),
            Ok(Task::Test(vec![Stage::EndToEnd, Stage::Lint]))
        );
    }

    #[test]
    fn what_is_wrong_with_it_is_named() {
        assert!(read("").is_err());
        assert!(read("build").is_err_and(|wrong| wrong.contains("`build`")));
        assert!(read("test everything").is_err_and(|wrong| wrong.contains("`everything`")));
        assert!(read("setup now").is_err());
    }
}

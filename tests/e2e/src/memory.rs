//! The memory of the processes that show the page, as Linux tells it.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::browser::Browser;

/// The memory of the processes of pages and workers in one browser.
#[derive(Debug)]
pub struct Watch {
    processes: Vec<PathBuf>,
    before: u64,
}

impl Watch {
    /// Begins to watch.
    ///
    /// # Errors
    /// Fails where processes are not told of under `/proc`: anywhere but on Linux.
    pub fn begin(browser: &Browser) -> Result<Self> {
        let processes = renderers(browser)?;
        let mut before = 0;
        for process in &processes {
            before += resident(process, "VmRSS:")?;
            // The peak is counted anew from here.
            std::fs::write(process.join("clear_refs"), "5").context("the peak of memory cannot be reset")?;
        }
        Ok(Self { processes, before })
    }

    /// By how many bytes the processes have grown at their peak.
    ///
    /// # Errors
    /// Fails where one of them has ended.
    pub fn peak(&self) -> Result<f64> {
        let mut peak = 0;
        for process in &self.processes {
            peak += resident(process, "VmHWM:")?;
        }
        Ok(peak.saturating_sub(self.before) as f64)
    }
}

/// A line of the process's status, which is in KiB, in bytes.
fn resident(process: &std::path::Path, name: &str) -> Result<u64> {
    let status = std::fs::read_to_string(process.join("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.with_context(|| format!("no {name}"))?.parse::<u64>()? * 1024)
}

fn renderers(browser: &Browser) -> Result<Vec<PathBuf>> {
    let profile = format!("--user-data-dir={}", browser.folder().join("profile").display());
    let mut parents = HashMap::new();
    let mut commands = HashMap::new();
    for entry in std::fs::read_dir("/proc").context("processes are listed on Linux alone")? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str()?.parse::<u32>().ok());
        // A process may be gone by now.
        let (Some(number), Ok(command), Ok(state)) = (
            number,
            std::fs::read_to_string(path.join("cmdline")),
            std::fs::read_to_string(path.join("stat")),
        ) else {
            continue;
        };
        // The name in brackets may hold anything; state and parent follow it.
        let parent = state
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (number, parent)));
        commands.insert(number, command);
    }
    let is_ours = |mut number: u32| {
        while let Some(&parent) = parents.get(&number) {
            number = parent;
            if commands
                .get(&number)
                .is_some_and(|command| command.contains(&profile))
            {
                return true;
            }
        }
        false
    };
    let found: Vec<_> = commands
        .iter()
        .filter(|(number, command)| command.contains("--type=renderer") && is_ours(**number))
        .map(|(number, _)| PathBuf::from(format!("/proc/{number}")))
        .collect();
    ensure!(!found.is_empty(), "no process shows the page");
    Ok(found)
}

//! Programs that are measured from outside: how long they run, and the most memory that they had.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

/// How often a running program is asked for its peak. The peak only grows, so the last answer is right but for what the
/// program does in this time.
const LOOK: Duration = Duration::from_millis(2);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Ran {
    pub(crate) took: Duration,
    /// In bytes; none where the system does not tell.
    pub(crate) peak: Option<u64>,
}

/// Runs a program that must end well.
pub(crate) fn run(command: &mut Command) -> Result<Ran> {
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.map_err(|error| format!("{name}: {error}"))?;
    let status = format!("/proc/{}/status", child.id());
    let watcher = thread::spawn(move || {
        let mut peak = None;
        while let Some(now) = peak_of(Path::new(&status)) {
            peak = Some(now);
            thread::sleep(LOOK);
        }
        peak
    });
    let output = child.wait_with_output()?;
    let took = start.elapsed();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} ended with {}: {said}", output.status).into());
    }
    let peak = watcher.join().map_err(|_| "the watcher died")?;
    Ok(Ran { took, peak })
}

/// `VmHWM`; none when the program has ended.
fn peak_of(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

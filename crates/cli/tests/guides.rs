//! What the guides show is what the program prints: each `console` block runs against the sandbox.
//!
//! `UPDATE_GUIDES=1 cargo test -p rollbook-cli --test guides` writes the outputs.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::fs;
use std::path::Path;

use support::live::Live;

/// What stands in the folder in which the guides' commands run.
const FILES: &[(&str, &str)] = &[("lost.csv", "serial\nC02FD7UWHJEH\n6X591WG3E5\n")];

#[test]
fn the_guides_show_what_the_program_prints() {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides");
    for entry in fs::read_dir(guides).unwrap() {
        let path = entry.unwrap().path();
        let shown = fs::read_to_string(&path).unwrap();
        let real = run(&shown);
        if std::env::var_os("UPDATE_GUIDES").is_some() {
            fs::write(&path, real).unwrap();
        } else {
            assert_eq!(
                shown,
                real,
                "{}: run with UPDATE_GUIDES=1 to mend it",
                path.display()
            );
        }
    }
}

/// The guide with the outputs as they are. The commands of one guide work on one sandbox, one after another.
fn run(guide: &str) -> String {
    let live = Live::small();
    for (name, text) in FILES {
        live.home.write(name, text, 0o600);
    }
    let mut out = String::new();
    let mut in_block = false;
    for line in guide.lines() {
        match line {
            "```console" => in_block = true,
            "```" => in_block = false,
            _ => {}
        }
        let command = line.strip_prefix("$ ").filter(|_| in_block);
        if in_block && command.is_none() && line != "```console" {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if let Some(command) = command {
            out.push_str(&output(&live, command));
        }
    }
    out
}

fn output(live: &Live, command: &str) -> String {
    let words = words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cat", name] => fs::read_to_string(live.home.path(name)).unwrap(),
        ["rollbook", rest @ ..] => {
            let done = live.run(rest);
            let exit = match done.exit {
                0 => String::new(),
                exit => format!("(exit {exit})\n"),
            };
            format!("{}{}{exit}", done.stderr, done.stdout).replace('\r', "")
        }
        other => panic!("the guides run no {other:?}"),
    }
}

/// The words of a line of a shell, with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(piece.to_owned());
        } else {
            words.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    words
}

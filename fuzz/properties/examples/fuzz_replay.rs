//! What a fuzzer found, once more: `cargo run -p rollbook-fuzz --example fuzz_replay -- TARGET FILE...`. Without arguments it
//! holds every target against what it starts from.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut out = std::io::stdout();
    match arguments.next() {
        Some(name) => {
            for file in arguments {
                rollbook_fuzz::check(&name, &std::fs::read(&file)?);
                writeln!(out, "{file}: every property of {name} holds")?;
            }
        }
        None => {
            for target in rollbook_fuzz::TARGETS {
                let seeds = (target.seeds)();
                seeds.iter().for_each(|seed| (target.check)(seed));
                writeln!(
                    out,
                    "{}: every property holds of {} inputs",
                    target.name,
                    seeds.len()
                )?;
            }
        }
    }
    Ok(())
}

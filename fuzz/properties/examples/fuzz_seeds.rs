//! Writes what each fuzz target starts from, a file each: `cargo run -p rollbook-fuzz --example fuzz_seeds -- fuzz/corpus`. Without
//! a folder it counts them.

use std::io::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1);
    for target in rollbook_fuzz::TARGETS {
        let seeds = (target.seeds)();
        if let Some(folder) = &folder {
            let folder = Path::new(folder).join(target.name);
            std::fs::create_dir_all(&folder)?;
            for (number, seed) in seeds.iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{number:04}")), seed)?;
            }
        }
        writeln!(std::io::stdout(), "{}: {} inputs", target.name, seeds.len())?;
    }
    Ok(())
}

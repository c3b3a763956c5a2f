//! The page that shows the allowed edges, from the table that `layers` checks.

use std::fmt::Write as _;

use crate::layers::{TABLE, WRAPPERS};

/// The contents of `docs/generated/layers.md`.
pub(crate) fn render() -> String {
    let mut page = String::from(
        "# Which crate may depend on which\n\n\
         Written by `cargo xtask generate` from the table that `cargo xtask layers` checks; do not edit.\n\n\
         An edge is a normal or a build dependency. Tests may use any crate of the workspace.\n\n\
         ```mermaid\ngraph TD\n",
    );
    for row in TABLE {
        let name = short(row.name);
        let _ = writeln!(page, "    {name}[{name}]");
        for allowed in row.allowed {
            let _ = writeln!(page, "    {name} --> {}", short(allowed));
        }
    }
    page.push_str("```\n\n| crate | may depend on | why |\n|---|---|---|\n");
    for row in TABLE {
        let allowed = match row.allowed {
            [] => "–".to_owned(),
            names => code(names),
        };
        let _ = writeln!(page, "| `{}` | {allowed} | {} |", row.name, row.why);
    }
    page.push_str(
        "\nCrates from outside that are kept in their leaf:\n\n| crate | only in | why |\n|---|---|---|\n",
    );
    for wrapper in WRAPPERS {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            wrapper.name,
            code(wrapper.wrappers),
            wrapper.why
        );
    }
    page
}

/// The name in the graph: without the family name, but for the facade, which has no other.
fn short(name: &str) -> &str {
    name.strip_prefix("rollbook-").unwrap_or(name)
}

fn code(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_is_in_the_graph_and_every_crate_in_the_table() {
        let page = render();
        for row in TABLE {
            assert!(page.contains(&format!("| `{}` |", row.name)), "{}", row.name);
            for allowed in row.allowed {
                assert!(page.contains(&format!("    {} --> {}\n", short(row.name), short(allowed))));
            }
        }
    }
}

//! Which crate may depend on which: the table, and the check of the manifests against it.

use crate::workspace::{Member, Workspace};

/// What one crate may depend on within the workspace, as a normal or a build dependency.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) allowed: &'static [&'static str],
    /// Why no more than that; ends the message about an edge that is not allowed.
    pub(crate) why: &'static str,
}

/// A crate from outside that only some crates may name, also for their tests.
#[derive(Debug)]
pub(crate) struct Wrapper {
    pub(crate) name: &'static str,
    pub(crate) wrappers: &'static [&'static str],
    pub(crate) why: &'static str,
}

/// The crates whose edges are free.
const FREE: &[&str] = &["rollbook-fuzz", "xtask", "xtask-record"];

const ADAPTER: &[&str] = &[
    "rollbook-model",
    "rollbook-transport",
    "rollbook-auth",
    "rollbook-vendor-kit",
];
const ADAPTER_WHY: &str =
    "an adapter knows no policy, no HTTP client and no other adapter, so it can be used alone";

/// The allowed edges, from the bottom of the house to its top.
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "rollbook-model",
        allowed: &[],
        why: "the model speaks no HTTP and needs no runtime",
    },
    Row {
        name: "rollbook-transport",
        allowed: &[],
        why: "the seam knows neither what is sent through it nor who sends it",
    },
    Row {
        name: "rollbook-contract",
        allowed: &[],
        why: "a contract is data: it is a witness to what it is compared with, and can be taken alone",
    },
    Row {
        name: "rollbook-layers",
        allowed: &["rollbook-transport"],
        why: "a policy works on any request of any vendor",
    },
    Row {
        name: "rollbook-auth",
        allowed: &["rollbook-transport"],
        why: "a token is cached and refreshed in the same way for every vendor",
    },
    Row {
        name: "rollbook-transport-reqwest",
        allowed: &["rollbook-transport"],
        why: "a client sends what it is given",
    },
    Row {
        name: "rollbook-transport-hyper",
        allowed: &["rollbook-transport"],
        why: "a client sends what it is given",
    },
    Row {
        name: "rollbook-vendor-kit",
        allowed: &["rollbook-model", "rollbook-transport"],
        why: "the kit turns what came over the seam into the model, for any adapter",
    },
    Row {
        name: "rollbook-truu",
        allowed: ADAPTER,
        why: ADAPTER_WHY,
    },
    Row {
        name: "rollbook-banyan",
        allowed: ADAPTER,
        why: ADAPTER_WHY,
    },
    Row {
        name: "rollbook-truto",
        allowed: ADAPTER,
        why: ADAPTER_WHY,
    },
    Row {
        name: "rollbook",
        allowed: &[
            "rollbook-contract",
            "rollbook-model",
            "rollbook-transport",
            "rollbook-layers",
            "rollbook-auth",
            "rollbook-transport-reqwest",
            "rollbook-transport-hyper",
            "rollbook-vendor-kit",
            "rollbook-truu",
            "rollbook-banyan",
            "rollbook-truto",
        ],
        why: "the facade puts finished parts together, and brings nothing that only tests need",
    },
    Row {
        name: "rollbook-sandbox",
        allowed: &["rollbook-transport"],
        why: "the sandbox is an independent witness: it shares no code with what it judges",
    },
    Row {
        name: "rollbook-testkit",
        allowed: &[
            "rollbook-model",
            "rollbook-transport",
            "rollbook-auth",
            "rollbook-contract",
            "rollbook-sandbox",
        ],
        why: "the kit tests any adapter, also one that is not in this workspace",
    },
    Row {
        name: "rollbook-cli",
        allowed: &["rollbook", "rollbook-sandbox"],
        why: "what the program can do, a library can do: through the facade",
    },
];

const SOCKETS: &[&str] = &[
    "rollbook-transport-reqwest",
    "rollbook-transport-hyper",
    "rollbook-sandbox",
];
const SOCKETS_WHY: &str = "what speaks HTTP on a socket is a leaf that can be replaced";

/// The crates from outside that are kept in their leaf.
pub(crate) const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        name: "reqwest",
        wrappers: &["rollbook-transport-reqwest"],
        why: "the client can be replaced, and no other crate waits for its build",
    },
    Wrapper {
        name: "hyper",
        wrappers: SOCKETS,
        why: SOCKETS_WHY,
    },
    Wrapper {
        name: "hyper-util",
        wrappers: SOCKETS,
        why: SOCKETS_WHY,
    },
    Wrapper {
        name: "rustls",
        wrappers: &["rollbook-transport-reqwest", "rollbook-transport-hyper"],
        why: "TLS is the client's business",
    },
];

/// What is wrong with the edges of this workspace.
pub(crate) fn problems(workspace: &Workspace) -> Vec<String> {
    check(&workspace.members, TABLE, WRAPPERS)
}

fn check(members: &[Member], table: &[Row], wrappers: &[Wrapper]) -> Vec<String> {
    let mut problems = Vec::new();
    for member in members {
        let is_free = FREE.contains(&member.name.as_str());
        match table.iter().find(|row| row.name == member.name) {
            Some(row) => problems.extend(forbidden_edges(member, row, members)),
            None if is_free => (),
            None => problems.push(format!(
                "{}/Cargo.toml: the crate {} has no place in the house; give it a row in TABLE of xtask/src/layers.rs",
                member.dir, member.name
            )),
        }
        problems.extend(forbidden_names(member, wrappers));
    }
    let known = |name: &str| members.iter().any(|member| member.name == name);
    for row in table {
        let named = std::iter::once(&row.name).chain(row.allowed);
        problems.extend(named.filter(|name| !known(name)).map(|name| {
            format!("xtask/src/layers.rs: the row of {} names {name}, which is no crate of the workspace; remove it", row.name)
        }));
    }
    problems
}

fn forbidden_edges(member: &Member, row: &Row, members: &[Member]) -> Vec<String> {
    member
        .dependencies
        .iter()
        .filter(|dependency| !dependency.is_dev)
        .filter(|dependency| members.iter().any(|other| other.name == dependency.name))
        .filter(|dependency| !row.allowed.contains(&dependency.name.as_str()))
        .map(|dependency| {
            let allowed = match row.allowed {
                [] => "nothing in the workspace".to_owned(),
                names => format!("only {}", names.join(", ")),
            };
            format!(
                "{}/Cargo.toml: {} must not depend on {}, {allowed}: {}",
                member.dir, member.name, dependency.name, row.why
            )
        })
        .collect()
}

fn forbidden_names(member: &Member, wrappers: &[Wrapper]) -> Vec<String> {
    member
        .dependencies
        .iter()
        .filter_map(|dependency| {
            let wrapper = wrappers.iter().find(|wrapper| wrapper.name == dependency.name)?;
            let is_allowed = wrapper.wrappers.contains(&member.name.as_str());
            (!is_allowed).then(|| {
                format!(
                    "{}/Cargo.toml: {} must not name {}, only {} may: {}",
                    member.dir,
                    member.name,
                    wrapper.name,
                    wrapper.wrappers.join(", "),
                    wrapper.why
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    const TABLE: &[Row] = &[
        Row {
            name: "low",
            allowed: &[],
            why: "it is the lowest",
        },
        Row {
            name: "high",
            allowed: &["low"],
            why: "it is high",
        },
    ];
    const WRAPPERS: &[Wrapper] = &[Wrapper {
        name: "client",
        wrappers: &["low"],
        why: "it is heavy",
    }];

    fn member(name: &str, dependencies: &[(&str, bool)]) -> Member {
        Member {
            name: name.to_owned(),
            dir: format!("crates/{name}"),
            dependencies: dependencies
                .iter()
                .map(|(name, is_dev)| Dependency {
                    name: (*name).to_owned(),
                    is_dev: *is_dev,
                })
                .collect(),
            ..Member::default()
        }
    }

    #[test]
    fn allowed_edges_dev_edges_and_outside_crates_pass() {
        let members = [
            member("low", &[("high", true), ("serde", false), ("client", false)]),
            member("high", &[("low", false)]),
            member("xtask", &[("high", false)]),
        ];
        assert_eq!(check(&members, TABLE, WRAPPERS), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_edge_is_named_with_its_reason() {
        let members = [member("low", &[("high", false)]), member("high", &[])];
        assert_eq!(
            check(&members, TABLE, WRAPPERS),
            [
                "crates/low/Cargo.toml: low must not depend on high, nothing in the workspace: it is the lowest"
            ]
        );
    }

    #[test]
    fn a_crate_without_a_row_is_told_where_to_get_one() {
        let members = [member("low", &[]), member("high", &[]), member("new", &[])];
        let problems = check(&members, TABLE, WRAPPERS);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].contains("crates/new/") && problems[0].contains("xtask/src/layers.rs"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_row_of_a_crate_that_is_gone_is_found() {
        let problems = check(&[member("high", &[])], TABLE, WRAPPERS);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.contains("names low")));
    }

    #[test]
    fn a_wrapped_crate_is_refused_elsewhere_also_for_tests() {
        let members = [
            member("low", &[]),
            member("high", &[("client", true)]),
            member("xtask", &[("client", false)]),
        ];
        assert_eq!(
            check(&members, TABLE, WRAPPERS),
            [
                "crates/high/Cargo.toml: high must not name client, only low may: it is heavy",
                "crates/xtask/Cargo.toml: xtask must not name client, only low may: it is heavy"
            ]
        );
    }

    #[test]
    fn the_table_has_no_cycle_for_each_row_names_rows_above_it() {
        for (index, row) in super::TABLE.iter().enumerate() {
            for name in row.allowed {
                let above = super::TABLE[..index].iter().any(|above| above.name == *name);
                assert!(above, "{} names {name}", row.name);
            }
        }
    }
}

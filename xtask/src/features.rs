//! Every published crate builds alone, with every feature by itself: what it needs, it asks for itself and does not get from a
//! neighbour.

use crate::workspace::{Member, Workspace};
use crate::{Result, cargo};

/// Features without which a crate is nothing: it builds with any one of them, and not bare.
const NEEDS_ONE_OF: &[(&str, &[&str])] = &[("rollbook", &["truu", "banyan", "truto"])];

/// Which published crate does not build with which features, and which table above is out of date.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = stale(&workspace.members, NEEDS_ONE_OF);
    for member in workspace.members.iter().filter(|member| member.is_published) {
        let alone = ["check", "--quiet", "--locked", "-p", &member.name];
        println!("{}", member.name);
        problems.extend(cargo::run(workspace, &alone, &[])?);
        for features in sets(member, NEEDS_ONE_OF) {
            println!("{} --no-default-features --features \"{features}\"", member.name);
            let with = [&alone[..], &["--no-default-features", "--features", &features]].concat();
            problems.extend(cargo::run(workspace, &with, &[])?);
        }
    }
    Ok(problems)
}

/// The sets of features that are built without the default ones: none, and each by itself with no more than it cannot be
/// without. They come from the manifest, so a new feature is among them.
fn sets(member: &Member, needs_one_of: &[(&str, &[&str])]) -> Vec<String> {
    if member.features.is_empty() {
        return Vec::new();
    }
    let needed: &[&str] = needs_one_of
        .iter()
        .find(|(name, _)| *name == member.name)
        .map_or(&[], |(_, needed)| needed);
    let named = member.features.iter().filter(|feature| *feature != "default");
    let each = named.map(|feature| match needed.first() {
        Some(first) if !needed.contains(&feature.as_str()) => format!("{first},{feature}"),
        _ => feature.clone(),
    });
    let bare = needed.is_empty().then(String::new);
    bare.into_iter().chain(each).collect()
}

/// Entries of the table that name no crate or no feature of it.
fn stale(members: &[Member], needs_one_of: &[(&str, &[&str])]) -> Vec<String> {
    let is_known = |name: &str, feature: &str| {
        let member = members.iter().find(|member| member.name == name);
        member.is_some_and(|member| member.features.iter().any(|known| known == feature))
    };
    needs_one_of
        .iter()
        .flat_map(|(name, features)| features.iter().map(move |feature| (name, feature)))
        .filter(|(name, feature)| !is_known(name, feature))
        .map(|(name, feature)| {
            format!("xtask/src/features.rs: {name} has no feature `{feature}`; remove it from the table")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS_ONE_OF: &[(&str, &[&str])] = &[("needy", &["a", "b"])];

    fn member(name: &str, features: &[&str]) -> Member {
        Member {
            name: name.to_owned(),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            ..Member::default()
        }
    }

    #[test]
    fn every_feature_is_built_by_itself_and_none_too() {
        assert_eq!(
            sets(&member("free", &["default", "x", "y"]), NEEDS_ONE_OF),
            ["", "x", "y"]
        );
        assert_eq!(sets(&member("free", &[]), NEEDS_ONE_OF), Vec::<String>::new());
    }

    #[test]
    fn what_is_nothing_by_itself_is_built_with_the_least_that_it_needs() {
        let needy = member("needy", &["a", "b", "default", "new"]);
        assert_eq!(sets(&needy, NEEDS_ONE_OF), ["a", "b", "a,new"]);
    }

    #[test]
    fn an_entry_of_a_crate_or_a_feature_that_is_gone_is_found() {
        assert_eq!(
            stale(&[member("needy", &["a", "b"])], NEEDS_ONE_OF),
            Vec::<String>::new()
        );
        let found = stale(&[member("needy", &["a"])], NEEDS_ONE_OF);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("needy has no feature `b`"), "{found:?}");
        assert_eq!(stale(&[], NEEDS_ONE_OF).len(), 2);
    }
}

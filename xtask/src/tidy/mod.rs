//! The house rules that no compiler checks. Every finding names the place and the remedy.

mod crates;
mod documents;
mod files;
mod locks;
mod readmes;
mod sources;
mod texts;

use crate::Result;
use crate::workspace::Workspace;

/// What is untidy.
pub(crate) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let files = files::list(&workspace.root)?;
    for file in &files {
        let Some(text) = files::text(&workspace.root, file)? else {
            continue;
        };
        problems.extend(texts::problems(file, &text));
        if file.ends_with(".rs") {
            problems.extend(sources::problems(file, &text));
        }
    }
    problems.extend(locks::problems(workspace, &files)?);
    for member in &workspace.members {
        let manifest = files::text(&workspace.root, &format!("{}/Cargo.toml", member.dir))?;
        problems.extend(crates::problems(member, manifest.as_deref().unwrap_or_default()));
    }
    problems.extend(crates::same_examples(&workspace.members));
    let mut document = |name: &str| files::text(&workspace.root, name);
    let exists = |name: &str| workspace.root.join(name).exists();
    for member in &workspace.members {
        problems.extend(readmes::problems(member, &mut document, &exists)?);
    }
    problems.extend(documents::problems(&workspace.members, &mut document)?);
    Ok(problems)
}

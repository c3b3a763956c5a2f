use std::io::{self, IsTerminal as _};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use rollbook::WalkReport;

/// A bar for each walk on stderr: on a terminal only.
pub(crate) struct Progress {
    bars: Option<(MultiProgress, Vec<ProgressBar>)>,
}

impl Progress {
    /// `wanted`: the command has nothing else to show on the terminal meanwhile.
    pub(crate) fn new(wanted: bool, walks: &[WalkReport]) -> Self {
        if !wanted || !io::stderr().is_terminal() {
            return Self { bars: None };
        }
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let bars = walks
            .iter()
            .map(|walk| {
                let bar = all.add(ProgressBar::no_length().with_style(spinner()));
                bar.set_prefix(format!(
                    "{} {}",
                    walk.source,
                    walk.list.unwrap_or(walk.resource.as_str())
                ));
                bar.enable_steady_tick(std::time::Duration::from_millis(120));
                bar
            })
            .collect();
        Self {
            bars: Some((all, bars)),
        }
    }

    /// One more page of a walk has arrived.
    pub(crate) fn page(&self, number: usize, walk: &WalkReport) {
        let Some(bar) = self.bars.as_ref().and_then(|(_, bars)| bars.get(number)) else {
            return;
        };
        if let (Some(reported), None) = (walk.completeness.reported, bar.length()) {
            bar.set_length(reported);
            bar.set_style(with_length());
        }
        bar.set_position(walk.completeness.unique);
    }

    /// A walk has ended.
    pub(crate) fn ended(&self, number: usize, walk: &WalkReport) {
        if let Some(bar) = self.bars.as_ref().and_then(|(_, bars)| bars.get(number)) {
            bar.set_position(walk.completeness.unique);
            bar.finish_with_message(walk.completeness.grade.as_str());
        }
    }
}

/// The bars go when the command has something to say.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((all, _)) = &self.bars {
            let _ = all.clear();
        }
    }
}

fn spinner() -> ProgressStyle {
    style("{spinner} {prefix:40} {pos} rows {msg}")
}

fn with_length() -> ProgressStyle {
    style("{spinner} {prefix:40} {bar:24} {pos}/{len} {msg}")
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_templates_are_valid() {
        for template in [
            "{spinner} {prefix:40} {pos} rows {msg}",
            "{spinner} {prefix:40} {bar:24} {pos}/{len} {msg}",
        ] {
            assert!(indicatif::ProgressStyle::with_template(template).is_ok());
        }
    }
}

use std::future::Future;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::exit::Exit;
use crate::failure::Failure;

/// Whether the person at the terminal wants the command to stop.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    asked: watch::Receiver<bool>,
    /// What to say when the program ends at once.
    last_words: Arc<Mutex<Option<String>>>,
}

impl Interrupt {
    /// Listens for Ctrl-C. The first asks the command to end in good order, the second ends the program at once.
    pub(crate) fn listen() -> Self {
        let (sender, asked) = watch::channel(false);
        let last_words = Arc::new(Mutex::new(None));
        let said = Arc::clone(&last_words);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                let again = sender.send_replace(true);
                let words: Option<String> = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if again {
                    if let Some(words) = words {
                        say(&words);
                    }
                    std::process::exit(Exit::Interrupted as i32);
                }
                if words.is_some() {
                    say("note: waiting for the request under way; Ctrl-C again ends at once");
                }
            }
            // Without a signal handler nobody ever asks to stop: keep the channel open.
            sender.closed().await;
        });
        Self { asked, last_words }
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn wait(&mut self) {
        if self.asked.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// What to say when a second Ctrl-C ends the program at once.
    pub(crate) fn last_words(&self, words: Option<String>) {
        *self.last_words.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }

    /// Whether Ctrl-C came.
    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// What `work` gives, unless Ctrl-C comes first.
    pub(crate) async fn guard<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.wait() => Err(Failure::Interrupted),
        }
    }
}

/// Nothing can be done when stderr is gone.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}

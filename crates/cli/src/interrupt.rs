use std::future::Future;

use tokio::sync::watch;

use crate::exit::Exit;
use crate::failure::Failure;

/// Whether the person at the terminal wants the command to stop.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens for Ctrl-C. The first asks the command to end in good order, the second ends the program at once.
    pub(crate) fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if sender.send_replace(true) {
                    std::process::exit(Exit::Interrupted as i32);
                }
            }
            // Without a signal handler nobody ever asks to stop: keep the channel open.
            sender.closed().await;
        });
        Self(receiver)
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn wait(&mut self) {
        if self.0.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether Ctrl-C came.
    pub(crate) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// What `work` gives, unless Ctrl-C comes first.
    pub(crate) async fn guard<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.wait() => Err(Failure::Interrupted),
        }
    }
}

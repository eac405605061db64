//! How a program is asked to end: by Ctrl-C in a terminal, by SIGTERM from whatever started it.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals, from the moment on at which it is made.
pub struct Stop {
    #[cfg(unix)]
    signals: Option<(Signal, Signal)>,
    #[cfg(not(unix))]
    ctrl_c: Option<tokio::signal::windows::CtrlC>,
}

impl Stop {
    #[cfg(unix)]
    pub fn caught() -> Stop {
        let interrupt = signal(SignalKind::interrupt());
        let terminate = signal(SignalKind::terminate());
        Stop {
            signals: interrupt.ok().zip(terminate.ok()),
        }
    }

    #[cfg(not(unix))]
    pub fn caught() -> Stop {
        Stop {
            ctrl_c: tokio::signal::windows::ctrl_c().ok(),
        }
    }

    /// Waits until somebody asks, for the first time or again.
    #[cfg(unix)]
    pub async fn asked(&mut self) {
        match &mut self.signals {
            Some((interrupt, terminate)) => tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            },
            // Signals that cannot be caught end the program by themselves.
            None => std::future::pending().await,
        }
    }

    /// Waits until somebody asks, for the first time or again.
    #[cfg(not(unix))]
    pub async fn asked(&mut self) {
        match &mut self.ctrl_c {
            Some(ctrl_c) => {
                ctrl_c.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

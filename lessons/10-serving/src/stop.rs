//! How the server learns that it is to stop, and in which order it does so.

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

/// The way to the end.
#[derive(Clone, Copy, PartialEq)]
pub enum Phase {
    /// All is well.
    Ready,
    /// Requests are answered, but `/.ready` says no: send new ones elsewhere.
    Draining,
    /// No more connections. Each answer is the last one on its connection.
    Closing,
}

/// Where we are on that way. Clones see the same.
#[derive(Clone)]
pub struct Stop(watch::Receiver<Phase>);

impl Stop {
    /// Waits for a signal, in a task; then says so to all that look.
    pub fn on_signals(drain: Duration) -> io::Result<Stop> {
        let (phase, stop) = watch::channel(Phase::Ready);
        let asked = signals()?;
        tokio::spawn(async move {
            asked.await;
            let _ = phase.send(Phase::Draining);
            sleep(drain).await;
            let _ = phase.send(Phase::Closing);
        });
        Ok(Stop(stop))
    }

    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Waits until it is time to close connections.
    pub async fn closing(&self) {
        let mut phase = self.0.clone();
        // An error would mean that the sender is gone: then we stop, too.
        let _ = phase.wait_for(|phase| *phase == Phase::Closing).await;
    }
}

/// Ctrl-C, or what systemd, Docker and Kubernetes send. Signals are caught from this call on.
#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    let mut ctrl_c = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        ctrl_c.recv().await;
    })
}

//! Signals: who sends one does not know who receives it. Django: `django.dispatch`.
//!
//! `auth::users` tells that a user was made; it does not know that there are profiles. Without
//! signals, each new room that cares for new users would be one more line in `auth`.

mod profiles;

use async_trait::async_trait;
use sea_orm::DatabaseTransaction;

use crate::error::AppError;
use crate::models::user;

/// Who receives what.
#[derive(Default)]
pub struct Signals {
    pub user_created: Signal<UserCreated>,
}

/// A user was made, in a transaction that is still open.
#[derive(Clone, Debug)]
pub struct UserCreated {
    pub user: user::Model,
}

// ANCHOR: connected
/// The receivers of this application. This is the one place that knows both sides.
// ANCHOR: connect
pub fn connected() -> Signals {
    let mut signals = Signals::default();
    signals.user_created.connect(profiles::MakeProfile);
    signals
}
// ANCHOR_END: connect
// ANCHOR_END: connected

/// One kind of event, and all who want to hear of it.
pub struct Signal<Event>(Vec<Box<dyn Receiver<Event>>>);

impl<Event> Default for Signal<Event> {
    fn default() -> Self {
        Signal(Vec::new())
    }
}

/// Somebody who wants to hear of an event.
#[async_trait]
pub trait Receiver<Event>: Send + Sync {
    /// Does its part, within the sender's transaction.
    async fn receive(
        &self,
        transaction: &DatabaseTransaction,
        event: &Event,
    ) -> Result<(), AppError>;
}

impl<Event: Sync> Signal<Event> {
    pub fn connect(&mut self, receiver: impl Receiver<Event> + 'static) {
        self.0.push(Box::new(receiver));
    }

    /// Tells all receivers, in the order in which they were connected.
    ///
    /// # Errors
    /// That of the first receiver that fails. The sender must then drop its transaction: either
    /// all that belongs to the event is there, or nothing. What may fail alone (a letter of welcome)
    /// is no work for a receiver: it would also be sent for a user who, after all, was not made.
    pub async fn send(
        &self,
        transaction: &DatabaseTransaction,
        event: &Event,
    ) -> Result<(), AppError> {
        for receiver in &self.0 {
            receiver.receive(transaction, event).await?;
        }
        Ok(())
    }
}

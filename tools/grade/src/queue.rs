//! More than one machine: submissions go through a work queue of [NATS JetStream], and workers take them from there.
//!
//! A submission is an object in the store `grade-jobs`, its verdict one in `grade-verdicts`, both under the same
//! number; a message says that there is work. It is acknowledged when the verdict is there. A worker that dies says
//! nothing any more, so its message goes to another; and one number has one verdict, however often it was graded.
//!
//! [NATS JetStream]: https://docs.nats.io/nats-concepts/jetstream

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::object_store::{self, ObjectStore};
use async_nats::jetstream::stream::{self, RetentionPolicy};
use async_nats::jetstream::{self, AckKind, Context, Message};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncReadExt;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::grade::{Grader, Intake, Job};
use crate::intake::Submission;
use crate::prepare::{Workshop, digest};
use crate::verdict::{Status, Verdict};
use crate::work::{Store, progress};

const STREAM: &str = "GRADE";
const SUBJECT: &str = "grade.jobs";
const JOBS: &str = "grade-jobs";
const VERDICTS: &str = "grade-verdicts";
/// Of whom nothing is heard for so long, the work goes to another.
const SILENCE: Duration = Duration::from_secs(20);
/// So often it does.
const ATTEMPTS: i64 = 3;
/// So long everything is kept that nobody fetches.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A connection to the queue.
pub struct Queue {
    runtime: Runtime,
    context: Context,
    consumer: PullConsumer,
    jobs: ObjectStore,
    verdicts: ObjectStore,
}

fn lost(error: impl Display) -> String {
    format!("The queue: {error}.")
}

impl Queue {
    /// Connects, and makes the stream and the stores if they are not there.
    pub fn open(url: &str) -> Result<Queue, String> {
        let runtime = Runtime::new().map_err(lost)?;
        let (context, consumer, jobs, verdicts) = runtime.block_on(async {
            let client = async_nats::connect(url).await.map_err(lost)?;
            let context = jetstream::new(client);
            let work = stream::Config {
                name: STREAM.into(),
                subjects: vec![SUBJECT.into()],
                retention: RetentionPolicy::WorkQueue,
                max_age: AGE,
                ..Default::default()
            };
            let stream = context.get_or_create_stream(work).await.map_err(lost)?;
            let workers = pull::Config {
                durable_name: Some("workers".into()),
                ack_policy: AckPolicy::Explicit,
                ack_wait: SILENCE,
                ..Default::default()
            };
            let consumer = stream.get_or_create_consumer("workers", workers);
            let consumer = consumer.await.map_err(lost)?;
            let (jobs, verdicts) = (bucket(&context, JOBS), bucket(&context, VERDICTS));
            Ok::<_, String>((context.clone(), consumer, jobs.await?, verdicts.await?))
        })?;
        Ok(Queue {
            runtime,
            context,
            consumer,
            jobs,
            verdicts,
        })
    }

    /// Has all graded by whoever works.
    pub fn grade(
        &self,
        intake: &Intake,
        submissions: &[Submission],
        store: &Store,
    ) -> Result<Vec<Verdict>, String> {
        self.runtime.block_on(self.all(intake, submissions, store))
    }

    async fn all(
        &self,
        intake: &Intake<'_>,
        submissions: &[Submission],
        store: &Store,
    ) -> Result<Vec<Verdict>, String> {
        let begun = Instant::now();
        let mut done = BTreeMap::new();
        let mut waiting = HashMap::new();
        let mut keep = |at: usize, verdict: Verdict| {
            store.keep(&submissions[at], &verdict)?;
            done.insert(at, verdict);
            progress(&done[&at], done.len(), submissions.len(), begun);
            Ok::<_, String>(())
        };
        // What is graded again has a number of its own.
        let run = store.fresh.then(SystemTime::now);
        let run = format!("{run:?}");
        for (at, submission) in submissions.iter().enumerate() {
            match intake.take(submission) {
                Err(verdict) => keep(at, *verdict)?,
                Ok(job) => match store.known(submission, &job.verdict.digest) {
                    Some(known) => keep(at, known)?,
                    None => {
                        let parts = [&submission.name, &job.verdict.digest, &run];
                        let number = digest(parts.map(String::as_bytes));
                        self.send(&number, &job).await?;
                        waiting.insert(number, at);
                    }
                },
            }
        }
        // What was there before is told, too.
        let mut told = self.verdicts.watch_with_history().await.map_err(lost)?;
        while !waiting.is_empty() {
            let object = told.next().await.ok_or("The queue is gone.")?;
            let object = object.map_err(lost)?;
            let Some(at) = waiting.get(&object.name).filter(|_| !object.deleted) else {
                continue;
            };
            let verdict: Verdict = get(&self.verdicts, &object.name).await?;
            let is_error = verdict.status == Status::Error;
            keep(*at, verdict)?;
            waiting.remove(&object.name);
            self.jobs.delete(&object.name).await.map_err(lost)?;
            if is_error {
                // The next run asks for it again.
                self.verdicts.delete(&object.name).await.map_err(lost)?;
            }
        }
        Ok(done.into_values().collect())
    }

    async fn send(&self, number: &str, job: &Job) -> Result<(), String> {
        put(&self.jobs, number, job).await?;
        let sent = self.context.publish(SUBJECT, number.to_string().into());
        sent.await.map_err(lost)?.await.map_err(lost)?;
        Ok(())
    }

    /// Grades what comes, so many at once, until it is ended.
    pub fn work(&self, grader: &Grader, workshop: &Workshop, jobs: usize) -> Result<(), String> {
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs)
                .map(|worker| scope.spawn(move || self.worker(grader, workshop, worker)))
                .collect();
            let mut ended = workers.into_iter().map(|worker| worker.join());
            ended.try_for_each(|result| result.expect("no worker panics"))
        })
    }

    fn worker(&self, grader: &Grader, workshop: &Workshop, worker: usize) -> Result<(), String> {
        loop {
            match self.runtime.block_on(self.next()) {
                Ok(None) => {}
                Ok(Some(message)) => self.handle(message, grader, workshop, worker)?,
                // The connection comes back by itself, and what was not acknowledged, too.
                Err(problem) => {
                    anstream::eprintln!("{problem}");
                    thread::sleep(Duration::from_secs(1));
                }
            }
        }
    }

    /// One message at a time: none waits here while another machine is idle.
    async fn next(&self) -> Result<Option<Message>, String> {
        let batch = self.consumer.batch().max_messages(1);
        let mut batch = batch.expires(SILENCE).messages().await.map_err(lost)?;
        batch.next().await.transpose().map_err(lost)
    }

    /// Only a worker that is of no use ends with an error.
    fn handle(
        &self,
        message: Message,
        grader: &Grader,
        workshop: &Workshop,
        worker: usize,
    ) -> Result<(), String> {
        let message = Arc::new(message);
        let number = String::from_utf8_lossy(&message.payload).into_owned();
        // No job: it has been counted already.
        let Some(job) = self.runtime.block_on(self.open_job(&number)) else {
            let _ = self.runtime.block_on(message.double_ack());
            return Ok(());
        };
        if !workshop.fits(&job) {
            let _ = self
                .runtime
                .block_on(message.ack_with(AckKind::Nak(Some(Duration::from_secs(1)))));
            return Err("This machine has another version of the course, or another Rust, than the one that hands out the submissions.".into());
        }
        let name = job.verdict.submission.clone();
        anstream::eprintln!("{name}: taken");
        let attempt = message.info().map_or(1, |info| info.delivered);
        let verdict = if attempt > ATTEMPTS {
            let mut verdict = job.verdict;
            let reason = format!("{ATTEMPTS} workers have taken it, and none came back");
            verdict.stop(Status::Error, &reason);
            verdict
        } else {
            let alive = Arc::clone(&message);
            let alive = self.runtime.spawn(async move {
                loop {
                    sleep(SILENCE / 4).await;
                    let _ = alive.ack_with(AckKind::Progress).await;
                }
            });
            let verdict = grader.grade(job, worker);
            alive.abort();
            verdict
        };
        let told = self.runtime.block_on(async {
            put(&self.verdicts, &number, &verdict).await?;
            message.double_ack().await.map_err(lost)
        });
        match told {
            Ok(()) => anstream::eprintln!("{name}: {} of {}", verdict.points, verdict.max),
            Err(problem) => anstream::eprintln!("{name}: {problem}"),
        }
        Ok(())
    }

    /// What is to be done under a number, unless it is done.
    async fn open_job(&self, number: &str) -> Option<Job> {
        let told = self.verdicts.info(number).await;
        match told.is_ok_and(|verdict| !verdict.deleted) {
            true => None,
            false => get(&self.jobs, number).await.ok(),
        }
    }
}

async fn bucket(context: &Context, name: &str) -> Result<ObjectStore, String> {
    if let Ok(bucket) = context.get_object_store(name).await {
        return Ok(bucket);
    }
    let config = object_store::Config {
        bucket: name.into(),
        max_age: AGE,
        ..Default::default()
    };
    context.create_object_store(config).await.map_err(lost)
}

async fn put(bucket: &ObjectStore, name: &str, value: &impl Serialize) -> Result<(), String> {
    let bytes = serde_json::to_vec(value).map_err(lost)?;
    let put = bucket.put(name, &mut bytes.as_slice()).await;
    put.map(drop).map_err(lost)
}

async fn get<T: DeserializeOwned>(bucket: &ObjectStore, name: &str) -> Result<T, String> {
    let mut bytes = Vec::new();
    let mut object = bucket.get(name).await.map_err(lost)?;
    object.read_to_end(&mut bytes).await.map_err(lost)?;
    serde_json::from_slice(&bytes).map_err(lost)
}

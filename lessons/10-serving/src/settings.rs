//! What can be chosen when the server starts, by an option or by a variable.

use std::num::{NonZeroU32, ParseIntError};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Parser, ValueEnum};

/// Serves a folder over HTTP, on the port in PORT (default 8000)
#[derive(Parser)]
pub struct Settings {
    /// The folder
    #[arg(env = "SITE", default_value = ".")]
    pub folder: PathBuf,
    /// https and HTTP/2, with a certificate made at the start
    #[arg(long, env, value_parser = FalseyValueParser::new())]
    pub tls: bool,
    /// How many connections are open at a time; further clients wait
    #[arg(long, env, default_value = "10000")]
    pub connections: NonZeroU32,
    /// Seconds for a request to come, and for an answer to begin
    #[arg(long, env, default_value = "10", value_parser = some_seconds)]
    pub patience: Duration,
    /// Seconds without a request, or without taking any of an answer
    #[arg(long, env, default_value = "60", value_parser = some_seconds)]
    pub stalled: Duration,
    /// Seconds between "not ready" and the end of listening
    #[arg(long, env, default_value = "0", value_parser = seconds)]
    pub drain: Duration,
    /// How a line about each request is written
    #[arg(long, env, value_enum, default_value = "text")]
    pub log: Log,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Log {
    Text,
    Json,
    Off,
}

fn seconds(text: &str) -> Result<Duration, ParseIntError> {
    text.parse::<u32>()
        .map(|seconds| Duration::from_secs(seconds.into()))
}

fn some_seconds(text: &str) -> Result<Duration, ParseIntError> {
    text.parse::<NonZeroU32>()
        .map(|seconds| Duration::from_secs(seconds.get().into()))
}

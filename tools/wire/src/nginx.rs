//! A real nginx, before a server of the course or beside it.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use house::files::{TempDir, temporary};
use house::start::{Started, free_address};

use crate::PATIENCE;
use crate::connection::{Answer, Connection};

/// Of what it says, so much is kept.
const KEPT: usize = 64 * 1024;

/// A running nginx. It ends, with its workers, when the value is dropped.
#[derive(Debug)]
pub struct Nginx {
    started: Started,
    /// Where it listens.
    pub address: SocketAddr,
    /// For its configuration and what it writes.
    _folder: TempDir,
}

/// How nginx is called here, and its version, such as `nginx/1.22.1`.
///
/// # Errors
/// When it is not installed: how it is.
pub fn find() -> Result<(&'static str, String), String> {
    // Debian puts it where only root's shell looks.
    for program in ["nginx", "/usr/sbin/nginx"] {
        if let Ok(said) = Command::new(program).arg("-v").output() {
            // `nginx version: nginx/1.22.1`
            let said = String::from_utf8_lossy(&said.stderr);
            let version = said.trim().rsplit(' ').next().unwrap_or_default();
            return Ok((program, version.to_string()));
        }
    }
    Err("nginx is not installed. On Debian and Ubuntu: apt-get install nginx".into())
}

impl Nginx {
    /// Starts nginx with the configuration for the address that it is given, which must say `daemon off`.
    ///
    /// # Errors
    /// When it is not installed, or what it says when it does not start.
    pub fn start(config: impl Fn(SocketAddr) -> String) -> Result<Nginx, String> {
        let (program, _) = find()?;
        let try_once = || {
            let address = free_address()?;
            let folder = temporary("nginx-")?;
            fs::write(folder.path().join("nginx.conf"), config(address))
                .map_err(|error| error.to_string())?;
            let mut nginx = Command::new(program);
            nginx.arg("-p").arg(folder.path());
            nginx.args(["-c", "nginx.conf", "-e", "stderr"]);
            let started = Started::told(&mut nginx, address, KEPT, PATIENCE)?;
            Ok(Nginx {
                started,
                address,
                _folder: folder,
            })
        };
        // Between our choice of a free port and nginx's use of it, another program may take it.
        let again = (1..5).find_map(|_| try_once().ok());
        again.map_or_else(try_once, Ok)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.started.pid()
    }

    /// Sends one request on a connection of its own, and reads the answer.
    ///
    /// # Panics
    /// When no whole answer comes.
    pub fn ask(&self, request: &str) -> Answer {
        let mut connection = Connection::open(self.address).expect("nginx listens");
        connection.send(request.as_bytes()).expect("sent");
        let answer = connection.answer("GET").expect("a whole answer");
        answer.expect("not closed")
    }
}

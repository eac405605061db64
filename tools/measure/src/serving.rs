//! Lesson 10 beside nginx: a small file and a large one, from the same folder, in the same run.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use house::build::ServerName;
use house::files::{TempDir, temporary};
use wire::nginx::{self, Nginx};
use wire::server::Server;

use crate::report;
use crate::wrk::{self, CALLED, ROUNDS};

/// A file to be asked for: its name, its length, and how the table gives the rate.
const FILES: [(&str, usize); 2] = [("1k.bin", 1024), ("10m.bin", 10 * 1024 * 1024)];

/// The lesson, and the same from the shelf.
const SERVERS: [(&str, &str); 2] = [
    ("lesson 10", "lesson-10"),
    (
        "`ServeDir` and axum-server (`from_the_shelf`)",
        "lesson-10 from_the_shelf",
    ),
];

/// Runs wrk against nginx and against lesson 10, by turns.
///
/// # Errors
/// When nginx or wrk are missing, or a server does not start or answers with an error.
pub fn measure() -> Result<(), String> {
    let folder = site()?;
    let (_, version) = nginx::find()?;
    let nginx = Nginx::start(|address| config(folder.path(), address))?;
    let site = folder.path().display().to_string();
    let mut servers = Vec::new();
    for (_, program) in SERVERS {
        let env = [("LOG", "off"), ("SITE", site.as_str())];
        let env = env.map(|(a, b)| (a.to_string(), b.to_string()));
        servers.push(Server::start(&ServerName::parse(program)?, &env)?);
    }
    let mut contestants = vec![("nginx, a process for each core", nginx.address, nginx.pid())];
    let named = SERVERS.iter().zip(&servers);
    contestants.extend(named.map(|((name, _), server)| (*name, server.address(), server.pid())));

    let mut runs = vec![[const { Vec::new() }; FILES.len()]; contestants.len()];
    for round in 1..=ROUNDS {
        for (file, (path, _)) in FILES.iter().enumerate() {
            for (index, (name, address, pid)) in contestants.iter().enumerate() {
                let url = format!("http://{address}/{path}");
                let run = wrk::run(*pid, &url, &[], false)?;
                println!("round {round}: {name}: {path}: {:.1} requests/s", run.rate);
                runs[index][file].push(run);
            }
        }
    }
    let row = |(index, (name, _, _)): (usize, &(&str, SocketAddr, u32))| {
        let mut row = vec![name.to_string()];
        for (file, (_, length)) in FILES.iter().enumerate() {
            let median = wrk::median(&runs[index][file], |run| run.rate);
            row.push(match file {
                0 => report::thousands(median as u64),
                _ => report::thousands((median * *length as f64 / 1e6) as u64),
            });
            let ratio = wrk::ratio(&runs[index][file], &runs[0][file], |run| run.rate);
            row.push(format!("{ratio:.2}"));
        }
        row
    };
    let rows: Vec<Vec<String>> = contestants.iter().enumerate().map(row).collect();
    let head = [
        "server",
        "1 KB: requests a second",
        "of nginx",
        "10 MB: MB a second",
        "of nginx",
    ];
    let remarks = format!(
        "Release builds, asked by `{CALLED}` on the same machine for a file of 1,024 bytes and \
         one of 10,485,760, in {ROUNDS} rounds by turns: the medians of the rates, and of the ratios \
         of each round. {version}: `sendfile on`, `worker_processes auto`, no `open_file_cache`. No server writes a log."
    );
    let table = report::table(&head, &rows, &remarks);
    println!("{table}");
    report::write("10-serving.md", &table)
}

/// A temporary folder with the files.
fn site() -> Result<TempDir, String> {
    let folder = temporary("measure-serving-")?;
    for (name, length) in FILES {
        let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        fs::write(folder.path().join(name), content).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

fn config(folder: &Path, address: SocketAddr) -> String {
    // Started by root, workers would give up their rights, and with them perhaps the folder.
    let user = match std::env::var("USER").as_deref() {
        Ok("root") => "user root;\n",
        _ => "",
    };
    format!(
        "daemon off;\n{user}worker_processes auto;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  keepalive_requests 100000000;\n  \
         default_type application/octet-stream;\n  client_body_temp_path .;\n  proxy_temp_path .;\n  \
         fastcgi_temp_path .;\n  scgi_temp_path .;\n  uwsgi_temp_path .;\n  \
         server {{ listen {address}; root \"{}\"; }}\n}}\n",
        folder.display()
    )
}

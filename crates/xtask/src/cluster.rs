//! A PostgreSQL server of one's own: in a folder that goes with it, on a free port of this machine.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The password of the server's first login, `postgres`.
const PASSWORD: &str = "luot";

/// A running server; dropping it stops it and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    port: u16,
    settings: Vec<String>,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a server whose disk is this machine's memory: for what is proved without one.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn in_memory() -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? };
        Self::start_in(folder, &["fsync=off", "full_page_writes=off", "max_connections=300"])
    }

    /// Makes a server on the disk, as a centre has it; `settings` are PostgreSQL's, `name=value`.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn on_disk(settings: &[&str]) -> Result<Self> {
        Self::start_in(tempfile::tempdir()?, settings)
    }

    /// Makes a server in a new folder below `parent`, e.g. on a small disk.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn below(parent: &Path, settings: &[&str]) -> Result<Self> {
        Self::start_in(tempfile::tempdir_in(parent)?, settings)
    }

    fn start_in(folder: TempDir, settings: &[&str]) -> Result<Self> {
        let settings = settings.iter().map(|text| (*text).to_owned()).collect();
        let port = free_port()?;
        let mut cluster = Self { folder, port, settings, server: None };
        let data = cluster.data();
        std::fs::create_dir(&data)?;
        std::fs::write(cluster.folder.path().join("password"), PASSWORD)?;
        if root() {
            let owned = Command::new("chown")
                .args(["-R", "postgres:"])
                .arg(cluster.folder.path())
                .status()
                .context("chown cannot be started")?;
            if !owned.success() {
                bail!("the folder could not be given to postgres");
            }
        }
        let made = as_postgres(&program("initdb")?)
            .args(["--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--no-instructions"])
            .arg(format!("--pwfile={}", cluster.folder.path().join("password").display()))
            .arg(format!("--pgdata={}", data.display()))
            .current_dir("/")
            .output()
            .context("initdb cannot be started")?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        cluster.start()?;
        Ok(cluster)
    }

    /// Starts the server again, on the port it had.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&mut self) -> Result<()> {
        let mut command = as_postgres(&program("postgres")?);
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        command.arg("-k").arg(self.folder.path());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "lc_messages=C"]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let mut server = command
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = server.stderr.take().context("no log to read")?;
        let mut lines = BufReader::new(said).lines();
        let mut log = Vec::new();
        loop {
            match lines.next().transpose()? {
                Some(line) if line.contains("ready to accept connections") => break,
                Some(line) => log.push(line),
                None => bail!("the server did not start: {}", log.join("\n")),
            }
        }
        // Read to the end, or the server would wait for somebody to read on.
        std::thread::spawn(move || lines.for_each(drop));
        self.server = Some(server);
        Ok(())
    }

    /// Ends the server: in order, or as if its machine had failed.
    ///
    /// # Errors
    /// When it cannot be told so.
    pub fn stop(&mut self, in_order: bool) -> Result<()> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        if server.try_wait()?.is_some() {
            // By itself, which it does when it cannot recover.
            return Ok(());
        }
        let signal = if in_order { "-INT" } else { "-QUIT" };
        let told = Command::new("kill").args([signal, &server.id().to_string()]).status()?;
        if !told.success() {
            bail!("the server could not be told to stop");
        }
        server.wait()?;
        Ok(())
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of one of its databases for the login that may do everything.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database.
    ///
    /// # Errors
    /// What the server says.
    pub fn create(&self, database: &str) -> Result<String> {
        self.sql("postgres", &format!("CREATE DATABASE {database}"))?;
        Ok(self.url(database))
    }

    /// Carries SQL out and gives what it answers, bare.
    ///
    /// # Errors
    /// What the server says.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String> {
        Self::sql_as(&self.url(database), sql)
    }

    /// The same for a login, by its address.
    ///
    /// # Errors
    /// What the server says.
    pub fn sql_as(url: &str, sql: &str) -> Result<String> {
        // What follows the database is for our programs.
        let url = url.split('?').next().unwrap_or(url);
        let done = Command::new(program("psql")?)
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set=ON_ERROR_STOP=1", "--command", sql, url])
            .output()?;
        if !done.status.success() {
            bail!("{sql}: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// The folder of its files.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop(false) {
            crate::say(&format!("a PostgreSQL server of a test: {error:#}"));
        }
    }
}

/// A port that nobody listens on, below those that the system gives to outgoing connections: one of
/// them would take it while the server is down.
fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Two test programs at once begin at different places.
    let own = u16::try_from(std::process::id() % 1_000)? * 12;
    let ports = (0..12_000).map(|_| 20_000 + (own + NEXT.fetch_add(1, Ordering::SeqCst)) % 12_000);
    let mut free = ports.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().context("no port is free")
}

/// One of PostgreSQL's programs; Debian keeps them apart by version.
///
/// # Errors
/// When it is not installed.
pub fn program(name: &str) -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            let program = entry.path().join("bin").join(name);
            program.is_file().then_some((version, program))
        })
        .collect();
    found.sort();
    match found.pop() {
        Some((_, program)) => Ok(program),
        None if crate::setup::answers(name, "--version") => Ok(name.into()),
        None => bail!("PostgreSQL's {name} is missing; cargo xtask setup installs it"),
    }
}

/// The server refuses to run as root; it ends with the one who started it.
fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig=QUIT", "--"]).arg(program);
    command
}

fn root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

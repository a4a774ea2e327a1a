//! A PostgreSQL server of one's own: in a folder that goes with it, on a free port of this machine.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// The password of the server's first login, `postgres`, and of the keeper of its databases.
const PASSWORD: &str = "luot";

/// Whoever keeps the databases, with the rights that the README's first command gives and no more.
const KEEPER: &str = "keeper";

/// A folder with the programs of another PostgreSQL than the newest that is installed.
const PROGRAMS: &str = "LUOT_POSTGRESQL";

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
        cluster.give_folder()?;
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
        let keeper = format!("CREATE ROLE {KEEPER} LOGIN CREATEROLE PASSWORD '{PASSWORD}'");
        cluster.sql("postgres", &keeper)?;
        Ok(cluster)
    }

    /// Makes a second server that follows this one, as its machine's stand-in; `settings` are its
    /// own. Both have the same logins and passwords.
    ///
    /// # Errors
    /// When the first cannot be copied or the second does not start.
    pub fn standby(&self, settings: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let settings = settings.iter().map(|text| (*text).to_owned()).collect();
        let mut standby = Self { folder, port: free_port()?, settings, server: None };
        self.copy_to(&standby.data(), &["--write-recovery-conf"])?;
        standby.give_folder()?;
        standby.start()?;
        Ok(standby)
    }

    /// Copies the running server's files, as for an archive or a standby.
    ///
    /// # Errors
    /// What the server says.
    pub fn copy_to(&self, data: &Path, more: &[&str]) -> Result<()> {
        let copied = Command::new(program("pg_basebackup")?)
            .args([&format!("--dbname={}", self.url("postgres")), "--checkpoint=fast", "--no-sync"])
            .args(more)
            .arg(format!("--pgdata={}", data.display()))
            .output()?;
        if !copied.status.success() {
            bail!("pg_basebackup: {}", String::from_utf8_lossy(&copied.stderr));
        }
        Ok(())
    }

    /// Makes all files of this server the user's whom it runs as.
    ///
    /// # Errors
    /// When they cannot be given.
    pub fn give_folder(&self) -> Result<()> {
        if root() {
            let mut chown = Command::new("chown");
            let given = chown.args(["-R", "postgres:"]).arg(self.folder.path()).status();
            if !given.context("chown cannot be started")?.success() {
                bail!("the folder could not be given to postgres");
            }
        }
        Ok(())
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
                // A standby says "read-only connections".
                Some(line) if line.contains("ready to accept ") => break,
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
        self.url_of("postgres", database)
    }

    fn url_of(&self, login: &str, database: &str) -> String {
        format!("postgres://{login}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database as the README does: its keeper owns it, may make logins, and is nothing
    /// more. The keeper's address.
    ///
    /// # Errors
    /// What the server says.
    pub fn create(&self, database: &str) -> Result<String> {
        self.create_with(database, "")
    }

    /// The same with options of `CREATE DATABASE`.
    ///
    /// # Errors
    /// What the server says.
    pub fn create_with(&self, database: &str, options: &str) -> Result<String> {
        let sql = format!("CREATE DATABASE {database} OWNER {KEEPER} {options}");
        self.sql("postgres", &sql)?;
        Ok(self.url_of(KEEPER, database))
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
    let chosen = std::env::var_os(PROGRAMS).map(|folder| Path::new(&folder).join(name));
    if let Some(chosen) = chosen.filter(|chosen| chosen.is_file()) {
        return Ok(chosen);
    }
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

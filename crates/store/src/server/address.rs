//! Where a server is, who asks, and how the way there is kept secret.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Error;

/// How long a program waits for a server to take its call, and for one that has gone silent.
const CONNECT: Duration = Duration::from_secs(5);
const SILENT: Duration = Duration::from_secs(10);
/// How long an answer may take, seconds: many times what an action needs, also over a slow line.
const ANSWER_S: u32 = 15;
const ANSWER_MAX_S: u32 = 600;
/// Whom the system trusts, where no certificate is named.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// `postgres://LOGIN:PASSWORD@HOST:PORT/DATABASE` with PostgreSQL's own parameters and three more:
/// `site`, the centre's code, needed where a login knows several; `sslrootcert`, the certificate
/// that vouches for the server, PEM; `answer_timeout`, how many seconds an answer may take before
/// the line counts as lost. A connection that is encrypted (`sslmode=require`) is always verified.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    text: String,
    config: Config,
    site: Option<String>,
    roots: Option<PathBuf>,
    answer: Duration,
}

impl Address {
    pub(crate) fn secret(&self) -> &str {
        &self.text
    }

    /// The centre's code, if it is named.
    pub(crate) fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The same login at one centre.
    pub(crate) fn of_site(&self, code: &str) -> Self {
        let (place, query) = self.text.split_once('?').unwrap_or((&self.text, ""));
        let text = format!("{place}?site={code}{}", other_than_site(query));
        Self { text, site: Some(code.to_owned()), ..self.clone() }
    }

    /// The same server and database for another login, at one centre if it is named.
    pub(crate) fn of_login(&self, login: &str, password: &str, site: Option<&str>) -> String {
        let (_, rest) = self.text.split_once("://").unwrap_or_default();
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let site = site.map(|site| format!("&site={site}")).unwrap_or_default();
        let query = format!("{site}{}", other_than_site(query));
        let mark = if query.is_empty() { "" } else { "?" };
        format!("postgres://{login}:{password}@{place}{mark}{}", query.trim_start_matches('&'))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// How long a program may take to be let in: the address may name several machines, which are
    /// called one after the other.
    pub(crate) fn connect(&self) -> Duration {
        let each = self.config.get_connect_timeout().copied().unwrap_or(CONNECT);
        each * u32::try_from(self.config.get_hosts().len()).unwrap_or(u32::MAX)
    }

    /// How long an answer may take.
    pub(crate) fn answer(&self) -> Duration {
        self.answer
    }

    /// Who vouches for the server.
    pub(crate) fn tls(&self) -> Result<MakeRustlsConnect, Error> {
        let mut roots = RootCertStore::empty();
        let system = Path::new(SYSTEM_ROOTS);
        let path = self.roots.as_deref().unwrap_or(system);
        // A connection in the clear needs none; one that needs one finds none and says so.
        if self.roots.is_some() || path.is_file() {
            let bad = |error: rustls::pki_types::pem::Error| Error::Server {
                detail: format!("{}: {error}", path.display()),
            };
            for certificate in CertificateDer::pem_file_iter(path).map_err(bad)? {
                roots.add(certificate.map_err(bad)?).map_err(|error| Error::Server {
                    detail: format!("{}: {error}", path.display()),
                })?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Server { detail: error.to_string() })?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Address { url: hidden(text) };
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut site, mut roots, mut answer_s, mut kept) = (None, None, ANSWER_S, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("site", code)) => site = Some(code.to_owned()),
                Some(("sslrootcert", path)) => roots = Some(PathBuf::from(path)),
                Some(("answer_timeout", seconds)) => {
                    let seconds = seconds.parse().ok();
                    let seconds = seconds.filter(|s| (1..=ANSWER_MAX_S).contains(s));
                    answer_s = seconds.ok_or_else(wrong)?;
                }
                Some(_) => kept.push(pair),
                None => return Err(wrong()),
            }
        }
        let mut config: Config =
            format!("{place}?{}", kept.join("&")).parse().map_err(|_| wrong())?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            return Err(wrong());
        }
        // A server on this machine offers its own certificate, which nobody vouches for, and the line
        // to it leaves no machine.
        if !kept.iter().any(|pair| pair.starts_with("sslmode="))
            && roots.is_none()
            && is_here(&config)
        {
            config.ssl_mode(SslMode::Disable);
        }
        let options = config.get_options().unwrap_or_default();
        let options = format!("{options} {}", of_session(answer_s));
        config
            .application_name("luot")
            .options(options.trim_start())
            .tcp_user_timeout(SILENT)
            .keepalives_idle(SILENT);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        let answer = Duration::from_secs(answer_s.into());
        Ok(Self { text: text.to_owned(), config, site, roots, answer })
    }
}

/// What the server keeps to for its side of a connection: a program that is out of reach must hold
/// neither its centre nor its counter for longer than it takes to notice. The server's own limits
/// are hours.
fn of_session(answer_s: u32) -> String {
    let silent = SILENT.as_secs();
    format!(
        "-c tcp_keepalives_idle={silent} -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 \
         -c tcp_user_timeout={silent}s -c idle_in_transaction_session_timeout={answer_s}s"
    )
}

/// Whether a server is on this machine.
fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Host::Unix(_) => true,
    })
}

/// The parameters that are not the centre's code, each after an ampersand.
fn other_than_site(query: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("site="));
    kept.map(|pair| format!("&{pair}")).collect()
}

/// An address, or what was meant as one, without its password.
pub(crate) fn hidden(text: &str) -> String {
    let (place, query) = text.split_once('?').unwrap_or((text, ""));
    let place = match place.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((login, host)) => {
                format!("{scheme}://{}@{host}", login.split(':').next().unwrap_or_default())
            }
            None => place.to_owned(),
        },
        None => place.to_owned(),
    };
    let secret = |pair: &&str| !pair.starts_with("password=");
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).filter(secret).collect();
    if kept.is_empty() { place } else { format!("{place}?{}", kept.join("&")) }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hidden(&self.text))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

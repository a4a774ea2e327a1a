//! Logins for the programs of a centre: one for each kind, each with as little as it needs.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::wire::Wire;
use super::{Address, copy};
use crate::Error;
use crate::lease::plain;

/// What programs can be at a centre.
const ROLES: [&str; 5] = ["kiosk", "counter", "hall", "web", "owner"];

/// PostgreSQL's longest name, bytes (`NAMEDATALEN` less its end).
const NAME_MAX: usize = 63;

/// A program's way to the centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// What it may be: `kiosk`, `counter`, `hall`, `web` or `owner`.
    pub role: &'static str,
    /// Its store address, with the password: shown once and kept nowhere else.
    pub address: String,
}

/// Makes a login for each kind of program, or gives those there are new passwords. Only a login that
/// may make others can do this.
pub(crate) fn enrol(address: &Address, code: &str) -> Result<Vec<Login>, Error> {
    let wire = Wire::connect(address)?;
    copy::known_schema(&wire, address)?;
    let mut logins = Vec::new();
    for role in ROLES {
        let (login, site) = (login_of(code, role), code.to_owned());
        let name = login.clone();
        let password: String = wire.ask(move |client| async move {
            client.batch_execute("BEGIN").await?;
            let password = make_login(&client, &name, &format!("luot_{role}")).await?;
            let sql = "INSERT INTO luot.member(login, centre, role)
                       SELECT $1::text::name, id, $2 FROM luot.centre
                       WHERE code = $3 AND NOT carried
                       ON CONFLICT(login, centre) DO UPDATE SET role = excluded.role";
            client.execute(sql, &[&name, &role, &site]).await?;
            client.batch_execute("COMMIT").await?;
            Ok(password)
        })?;
        logins.push(Login { role, address: address.of_login(&login, &password, Some(code)) });
    }
    Ok(logins)
}

/// Makes a login in a group, or gives the one there is a new password; the password.
pub(super) async fn make_login(
    client: &Client,
    name: &str,
    group: &str,
) -> Result<String, tokio_postgres::Error> {
    // Names and passwords cannot be parameters of such statements; the server quotes them.
    let sql = "SELECT p, format(CASE WHEN EXISTS(SELECT 1 FROM pg_roles WHERE rolname = $1::text)
                 THEN 'ALTER ROLE %1$I LOGIN PASSWORD %2$L'
                 ELSE 'CREATE ROLE %1$I LOGIN PASSWORD %2$L' END, $1, p),
                 format('GRANT %I TO %I', $2::text, $1::text)
               FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS p) made";
    let row = client.query_one(sql, &[&name, &group]).await?;
    client.batch_execute(&row.get::<_, String>(1)).await?;
    client.batch_execute(&row.get::<_, String>(2)).await?;
    Ok(row.get(0))
}

/// Logins are the whole server's, so the centre is in the name. One that would be too long is told
/// by its digest instead: the server cuts longer names, and two centres would share what is left.
pub(super) fn login_of(code: &str, role: &str) -> String {
    let name = format!("luot_{}_{role}", plain(code));
    if name.len() <= NAME_MAX {
        return name;
    }
    let digest = Sha256::digest(code.as_bytes());
    let digest: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("luot_{digest}_{role}")
}

/// Gives up a centre that was carried elsewhere, if it still ends there; nothing of it is removed,
/// and its code is free again. May be asked again when the answer was lost.
pub(crate) fn retire(
    address: &Address,
    code: &str,
    epoch: &str,
    seq: i64,
    hash: &[u8],
) -> Result<bool, Error> {
    let (code, epoch, hash) = (code.to_owned(), epoch.to_owned(), hash.to_vec());
    Wire::connect(address)?.ask(move |client| async move {
        let sql = "SELECT luot.retire($1, $2, $3, $4)";
        Ok(client.query_one(sql, &[&code, &epoch, &seq, &hash]).await?.get(0))
    })
}

/// Takes a centre back that was just put there and is not what it should be.
pub(crate) fn withdraw(address: &Address, code: &str) -> Result<(), Error> {
    let code = code.to_owned();
    Wire::connect(address)?.ask(move |client| async move {
        let sql = "UPDATE luot.centre SET carried = true WHERE code = $1 AND NOT carried";
        client.execute(sql, &[&code]).await.map(drop)
    })
}

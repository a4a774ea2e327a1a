//! What the server says, as what a person can do about it.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use crate::Error;

/// The code with which our own functions refuse what would go on from an older copy.
const SET_BACK: &str = "LT001";

/// A server's error by its code; one without a code is of the line, not of the server.
pub(crate) fn trouble(error: &tokio_postgres::Error) -> Error {
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        detail = format!("{detail}: {error}");
        cause = error.source();
    }
    let Some(code) = error.code() else {
        // As `rustls` says it.
        let untrusted = detail.contains("invalid peer certificate");
        return if untrusted { Error::Untrusted { detail } } else { Error::Unreachable { detail } };
    };
    if code.code() == SET_BACK {
        return Error::SetBack;
    }
    match *code {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            Error::Login { detail }
        }
        SqlState::INSUFFICIENT_PRIVILEGE => Error::Forbidden { detail },
        SqlState::INVALID_CATALOG_NAME
        | SqlState::UNDEFINED_TABLE
        | SqlState::INVALID_SCHEMA_NAME => Error::NoCentre { detail },
        SqlState::DISK_FULL => Error::ServerFull { detail },
        SqlState::READ_ONLY_SQL_TRANSACTION => Error::ServerReadOnly { detail },
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::DATABASE_DROPPED => Error::Unreachable { detail },
        _ => Error::Server { detail },
    }
}

//! `[read_aloud]` of `kiosk.toml`: the program that reads the screen.

use serde::{Deserialize, Serialize};

/// `[read_aloud]` of `kiosk.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadAloud {
    /// The program and its arguments; `{lang}` becomes `vi` or `en`, `{volume}` 10..=100. Empty: the
    /// screen is not read.
    pub command: Vec<String>,
    /// The text comes on the standard input; otherwise it is the last argument.
    pub stdin: bool,
    /// Pages are read by themselves while the letters are large.
    pub when_large: bool,
    /// How loud, percent, 10..=100; staff may change it until the next start.
    pub volume: u8,
}

impl Default for ReadAloud {
    fn default() -> Self {
        Self { command: Vec::new(), stdin: false, when_large: false, volume: 80 }
    }
}

impl ReadAloud {
    pub(super) fn broken(&self) -> Option<String> {
        if !(10..=100).contains(&self.volume) {
            return Some(format!("volume = {} is outside 10..=100", self.volume));
        }
        let empty = self.command.first().is_some_and(String::is_empty);
        empty.then(|| "command names no program".into())
    }

    /// Whether its program is there; nothing where none is named.
    #[must_use]
    pub fn found(&self) -> Option<bool> {
        self.command.first().map(|program| found(program))
    }
}

/// Whether a program is there, by its path or along `PATH`.
#[must_use]
pub fn found(program: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let runs = |path: &std::path::Path| {
        path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return runs(program.as_ref());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| runs(&folder.join(program)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_its_name_or_its_path() {
        assert!(found("sh") && found("/bin/sh"));
        assert!(!found("luot-speaks-not") && !found("/etc/passwd") && !found("/bin"));
        let named = |command: &[&str]| ReadAloud {
            command: command.iter().map(ToString::to_string).collect(),
            ..ReadAloud::default()
        };
        assert_eq!(named(&[]).found(), None);
        assert_eq!(named(&["sh", "-c"]).found(), Some(true));
        assert!(named(&[""]).broken().is_some() && named(&["sh"]).broken().is_none());
    }
}

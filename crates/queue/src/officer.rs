//! Who works at the counters, and how slowly a PIN is guessed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Counter, CounterId, OfficerId, Refusal, ServiceId, Site};

/// Wrong PINs before a pause.
const TRIES: u32 = 5;
/// The first and the longest pause, milliseconds.
const PAUSE_MS: (i64, i64) = (60_000, 900_000);

/// What somebody may do at a counter's program.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Serves visitors.
    #[default]
    Officer,
    /// Also sees all counters and queues, pauses services, moves and voids tickets.
    Supervisor,
    /// Also changes who the officers are.
    Admin,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::Officer, Self::Supervisor, Self::Admin];

    /// The stable word, e.g. `supervisor`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// The role of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Somebody who signs in at counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The code in the ledger; never a name.
    pub id: OfficerId,
    /// The name on the sign-in page, for colleagues only.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The agencies at whose counters they work, stand-ins at several; empty: at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agencies: Vec<String>,
}

impl Officer {
    /// Whether they may sign in at a counter: of their own agency, or anywhere from a supervisor on.
    #[must_use]
    pub fn works_at(&self, site: &Site, counter: &Counter) -> bool {
        self.role > Role::Officer
            || self.agencies.is_empty()
            || counter
                .services
                .keys()
                .filter_map(|service| site.service(service))
                .any(|service| self.agencies.contains(&service.agency))
    }

    /// Whether a service is theirs to supervise: their agencies', or all of the centre.
    #[must_use]
    pub fn oversees(&self, site: &Site, service: &ServiceId) -> bool {
        let own = |service: &crate::Service| self.agencies.contains(&service.agency);
        match self.role {
            Role::Officer => false,
            Role::Supervisor => self.agencies.is_empty() || site.service(service).is_some_and(own),
            Role::Admin => true,
        }
    }
}

/// Whether somebody may work at a counter, and so take it over: whoever the agencies of the counter
/// have sent, who stands in for all, and supervisors. A centre that has enlisted nobody asks nobody.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::UnknownOfficer`], [`Refusal::OtherAgency`],
/// [`Refusal::UnknownCounter`].
pub fn may_work(
    officers: &BTreeMap<OfficerId, Officer>,
    site: &Site,
    counter: &CounterId,
    who: Option<&OfficerId>,
) -> Result<(), Refusal> {
    if officers.is_empty() {
        return Ok(());
    }
    let officer = signed_in(officers, counter, who)?;
    let place = site.counter(counter);
    let place = place.ok_or_else(|| Refusal::UnknownCounter { counter: counter.clone() })?;
    if officer.works_at(site, place) {
        return Ok(());
    }
    Err(Refusal::OtherAgency { officer: officer.id.clone(), counter: counter.clone() })
}

/// Whether somebody at a counter may act on numbers and services that are not the counter's own: a
/// supervisor of the service's agency or of the centre. A centre that has enlisted nobody asks
/// nobody.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::UnknownOfficer`], [`Refusal::NotSupervisor`].
pub fn may_supervise(
    officers: &BTreeMap<OfficerId, Officer>,
    site: &Site,
    counter: &CounterId,
    who: Option<&OfficerId>,
    service: &ServiceId,
) -> Result<(), Refusal> {
    if officers.is_empty() {
        return Ok(());
    }
    let officer = signed_in(officers, counter, who)?;
    if officer.oversees(site, service) {
        return Ok(());
    }
    Err(Refusal::NotSupervisor { officer: officer.id.clone(), service: service.clone() })
}

/// Whether somebody at a counter may tell every hall something before everything else: whoever
/// supervises anything. A centre that has enlisted nobody asks nobody.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::UnknownOfficer`], [`Refusal::SupervisorOnly`].
pub fn may_alert(
    officers: &BTreeMap<OfficerId, Officer>,
    counter: &CounterId,
    who: Option<&OfficerId>,
) -> Result<(), Refusal> {
    if officers.is_empty() || signed_in(officers, counter, who)?.role > Role::Officer {
        return Ok(());
    }
    Err(Refusal::SupervisorOnly)
}

/// Whether somebody may say for which agencies an officer works: an administrator for anybody; a
/// supervisor for those below, among the agencies that the supervisor has; all of them, that is
/// every agency of the centre, only where the supervisor has all.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::UnknownOfficer`], [`Refusal::NotTheirs`].
pub fn may_assign(
    officers: &BTreeMap<OfficerId, Officer>,
    counter: &CounterId,
    by: Option<&OfficerId>,
    who: &Officer,
    agencies: &[String],
) -> Result<(), Refusal> {
    let by = signed_in(officers, counter, by)?;
    let changed = who.agencies.iter().filter(|agency| !agencies.contains(agency));
    let changed = changed.chain(agencies.iter().filter(|agency| !who.agencies.contains(agency)));
    let within = |agency: &String| by.agencies.is_empty() || by.agencies.contains(agency);
    let whole = who.agencies.is_empty() || agencies.is_empty();
    let theirs = match by.role {
        Role::Admin => true,
        Role::Supervisor => {
            who.role < Role::Supervisor
                && changed.clone().all(within)
                && (!whole || by.agencies.is_empty())
        }
        Role::Officer => false,
    };
    if theirs {
        return Ok(());
    }
    Err(Refusal::NotTheirs { by: by.id.clone(), officer: who.id.clone() })
}

fn signed_in<'a>(
    officers: &'a BTreeMap<OfficerId, Officer>,
    counter: &CounterId,
    who: Option<&OfficerId>,
) -> Result<&'a Officer, Refusal> {
    let who = who.ok_or_else(|| Refusal::NotSignedIn { counter: counter.clone() })?;
    officers.get(who).ok_or_else(|| Refusal::UnknownOfficer { officer: who.clone() })
}

/// A PIN as it is kept: nobody can turn it back into the PIN (argon2id, RFC 9106).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PinHash(pub String);

impl std::fmt::Debug for PinHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinHash(…)")
    }
}

/// Who may try a PIN: after five wrong ones nobody for a minute, then for two, four, up to fifteen.
/// Times are milliseconds of whatever clock the caller keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// Wrong ones since the last right one or the last pause.
    pub wrong: u32,
    /// Pauses since the last right one.
    pub pauses: u32,
    /// Nobody may try before.
    pub until_ms: i64,
}

impl Tries {
    /// How long nobody may try, milliseconds; 0: now. A clock that was set back makes no pause
    /// longer than the longest.
    #[must_use]
    pub fn wait_ms(&self, now_ms: i64) -> i64 {
        (self.until_ms - now_ms).clamp(0, PAUSE_MS.1)
    }

    /// How many may still be wrong before a pause.
    #[must_use]
    pub fn left(&self) -> u32 {
        TRIES.saturating_sub(self.wrong)
    }

    /// After one that was wrong.
    #[must_use]
    pub fn after_wrong(self, now_ms: i64) -> Self {
        if self.wrong + 1 < TRIES {
            return Self { wrong: self.wrong + 1, ..self };
        }
        let pause = PAUSE_MS.0.saturating_mul(1 << self.pauses.min(8)).min(PAUSE_MS.1);
        Self { wrong: 0, pauses: self.pauses + 1, until_ms: now_ms + pause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slow() {
        let (mut tries, mut waits, mut at) = (Tries::default(), Vec::new(), 0);
        for _ in 0..30 {
            tries = tries.after_wrong(at);
            if tries.wait_ms(at) > 0 {
                waits.push(tries.wait_ms(at) / 60_000);
                at += tries.wait_ms(at);
            }
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
        assert_eq!(tries.wait_ms(at - 86_400_000), PAUSE_MS.1, "a clock set back");
        assert_eq!(tries.left(), 5);
        assert_eq!(tries.after_wrong(at).left(), 4);
    }

    #[test]
    fn a_supervisor_has_the_services_of_the_own_agencies() {
        let site: Site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
        let mut officers = BTreeMap::new();
        for (id, role, agency) in [
            ("lan", Role::Officer, "stnmt"),
            ("mai", Role::Supervisor, "stnmt"),
            ("son", Role::Supervisor, ""),
            ("tu", Role::Admin, "cat"),
        ] {
            let agencies = if agency.is_empty() { Vec::new() } else { vec![agency.to_owned()] };
            let officer = Officer { id: id.into(), role, agencies, ..Officer::default() };
            officers.insert(officer.id.clone(), officer);
        }
        let may = |who: Option<&str>, service: &str| {
            let who = who.map(OfficerId::from);
            let (counter, service) = ("10".into(), service.into());
            may_supervise(&officers, &site, &counter, who.as_ref(), &service)
                .map_err(|refusal| refusal.code())
        };
        for (who, land, police) in [
            (Some("lan"), Err("not_supervisor"), Err("not_supervisor")),
            (Some("mai"), Ok(()), Err("not_supervisor")),
            (Some("son"), Ok(()), Ok(())),
            (Some("tu"), Ok(()), Ok(())),
            (Some("x"), Err("unknown_officer"), Err("unknown_officer")),
            (None, Err("not_signed_in"), Err("not_signed_in")),
        ] {
            assert_eq!((may(who, "stnmt"), may(who, "cat")), (land, police), "{who:?}");
        }
        let nobody = BTreeMap::new();
        assert_eq!(may_supervise(&nobody, &site, &"10".into(), None, &"cat".into()), Ok(()));
        // Where officers work: within the supervisor's own agencies, and below the own role.
        let assign = |by: &str, who: &str, agencies: &[&str]| {
            let agencies: Vec<String> = agencies.iter().map(ToString::to_string).collect();
            let (by, who) = (OfficerId::from(by), &officers[&OfficerId::from(who)]);
            may_assign(&officers, &"10".into(), Some(&by), who, &agencies).is_ok()
        };
        assert!(!assign("lan", "lan", &["stnmt", "cat"]));
        assert!(!assign("mai", "lan", &["stnmt", "cat"]), "not an agency of hers");
        assert!(!assign("mai", "lan", &[]), "that is all of them");
        assert!(assign("son", "lan", &["stnmt", "cat"]) && assign("son", "lan", &[]));
        assert!(!assign("son", "mai", &["cat"]), "as high as the own role");
        assert!(assign("tu", "mai", &["cat"]));
    }

    #[test]
    fn officers_work_at_the_counters_of_their_agencies() {
        let site: Site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
        let counters = |role, agencies: &[&str]| -> Vec<_> {
            let agencies = agencies.iter().map(ToString::to_string).collect();
            let officer = Officer { role, agencies, ..Officer::default() };
            let fits = |counter: &&Counter| officer.works_at(&site, counter);
            site.counters.iter().filter(fits).map(|counter| counter.id.to_string()).collect()
        };
        let land = counters(Role::Officer, &["stnmt"]);
        assert!(land.contains(&"10".into()) && land.len() < site.counters.len());
        let both = counters(Role::Officer, &["stnmt", "cat"]);
        assert!(both.len() > land.len() && both.len() < site.counters.len(), "a stand-in");
        assert_eq!(counters(Role::Officer, &[]).len(), site.counters.len());
        assert_eq!(counters(Role::Supervisor, &["stnmt"]).len(), site.counters.len());
        assert_eq!(counters(Role::Officer, &["none"]), Vec::<String>::new());
    }
}

//! What a site file must satisfy before it may rule a queue.

use std::collections::BTreeSet;

use super::{Appointments, Hours, Procedure, Serves, Session, Site};
use crate::time::WallClock;

/// Letters of a procedure's legal basis: one line of the kiosk.
const BASIS_MAX: usize = 44;
/// Letters of a portal's address: more make a QR code too fine for a telephone.
const LINK_MAX: usize = 200;

/// What is wrong with a site, in words that name the entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct SiteFault {
    /// Where and what: `service "stnmt": prefix "H" is already used by "abc"`.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

fn fault<T>(what: String, help: &str) -> Result<T, SiteFault> {
    Err(SiteFault { what, help: help.to_owned() })
}

impl Site {
    /// Checks everything the types cannot say: codes unique and known, one series a service,
    /// sessions in order, limits kept. The first fault found is returned.
    ///
    /// # Errors
    /// The fault, naming the entry, with what to do about it.
    pub fn check(&self) -> Result<(), SiteFault> {
        if self.id.is_empty() || !self.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return fault(
                format!("site id {:?} is not a short code", self.id),
                "use letters, digits and dashes, e.g. yenbai",
            );
        }
        if let Err(zone) = WallClock::named(&self.time_zone) {
            return fault(zone.to_string(), "Vietnam's zone is Asia/Ho_Chi_Minh");
        }
        self.check_classes()?;
        self.check_hours()?;
        unique("zone", self.zones.iter().map(|zone| zone.id.as_str()))?;
        unique("agency", self.agencies.iter().map(|agency| agency.id.as_str()))?;
        unique("service", self.services.iter().map(|service| service.id.as_str()))?;
        unique("counter", self.counters.iter().map(|counter| counter.id.as_str()))?;
        self.check_emergencies()?;
        self.check_services()?;
        self.check_counters()
    }

    fn check_classes(&self) -> Result<(), SiteFault> {
        let Some(ordinary) = self.classes.first() else {
            return fault("no [[class]] is given".into(), "the first class is the ordinary one");
        };
        if ordinary.credit_min != 0 {
            return fault(
                format!("class {:?} comes first but has a head start", ordinary.id.as_str()),
                "put the ordinary class first, with credit_min = 0",
            );
        }
        unique("class", self.classes.iter().map(|class| class.id.as_str()))?;
        match self.classes.iter().find(|class| class.credit_min > 24 * 60) {
            Some(class) => fault(
                format!("class {:?}: credit_min is more than a day", class.id.as_str()),
                "1440 is absolute priority within the day; 60 is usual",
            ),
            None => Ok(()),
        }
    }

    fn check_emergencies(&self) -> Result<(), SiteFault> {
        unique("emergency", self.emergencies.iter().map(|own| own.danger.word()))?;
        for own in &self.emergencies {
            if crate::wording(self, own.danger, &own.text).is_err() {
                return fault(
                    format!("emergency {:?} has no words, or too many", own.danger.word()),
                    "write text = { vi = \"…\", en = \"…\" } of at most 160 letters each",
                );
            }
        }
        Ok(())
    }

    fn check_hours(&self) -> Result<(), SiteFault> {
        check_week("hours", &self.hours)?;
        for service in &self.services {
            if let Some(hours) = &service.hours {
                check_week(&format!("service {:?}: hours", service.id.as_str()), hours)?;
            }
        }
        for exception in &self.exceptions {
            check_sessions(&format!("exception {}", exception.day), &exception.sessions)?;
        }
        let mut days = BTreeSet::new();
        if let Some(twice) = self.exceptions.iter().find(|e| !days.insert(e.day)) {
            return fault(format!("exception {} is given twice", twice.day), "keep one of them");
        }
        if self.issue_before_open_min > 240 {
            return fault(
                "issue_before_open_min is more than four hours".into(),
                "15 to 30 minutes are usual",
            );
        }
        Ok(())
    }

    fn check_services(&self) -> Result<(), SiteFault> {
        if self.services.is_empty() {
            return fault("no [[service]] is given".into(), "a centre needs at least one service");
        }
        let mut prefixes = BTreeSet::new();
        for service in &self.services {
            let id = service.id.as_str();
            let letters = service.prefix.chars().count();
            let plain =
                service.prefix.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
            if !(1..=2).contains(&letters) || !plain {
                return fault(
                    format!("service {id:?}: prefix {:?} is not a series", service.prefix),
                    "use one capital letter A–Z, or one or two digits",
                );
            }
            if !prefixes.insert(service.prefix.as_str()) {
                return fault(
                    format!("service {id:?}: prefix {:?} is used twice", service.prefix),
                    "every service has a series of its own",
                );
            }
            let known = |agency: &str| self.agencies.iter().any(|a| a.id == agency);
            if !service.agency.is_empty() && !known(&service.agency) {
                return fault(
                    format!("service {id:?}: unknown agency {:?}", service.agency),
                    "add the [[agency]] or correct the code",
                );
            }
            self.check_zone(&format!("service {id:?}"), &service.zone)?;
            if let Some(rule) = &service.appointments {
                check_appointments(id, rule)?;
            }
            for procedure in &service.procedures {
                check_procedure(id, procedure)?;
            }
        }
        Ok(())
    }

    fn check_counters(&self) -> Result<(), SiteFault> {
        for counter in &self.counters {
            let id = counter.id.as_str();
            if counter.services.is_empty() {
                return fault(
                    format!("counter {id:?} serves nothing"),
                    "list its services: services = { stnmt = 0 }",
                );
            }
            for (service, credit_min) in &counter.services {
                if self.service(service).is_none() {
                    return fault(
                        format!("counter {id:?}: unknown service {:?}", service.as_str()),
                        "add the [[service]] or correct the code",
                    );
                }
                if *credit_min > 24 * 60 {
                    return fault(
                        format!(
                            "counter {id:?}: head start of {:?} is over a day",
                            service.as_str()
                        ),
                        "0 is usual; the unit is minutes",
                    );
                }
            }
            self.check_zone(&format!("counter {id:?}"), &counter.zone)?;
        }
        self.check_everybody_is_served()
    }

    /// A service whose counters all call one kind of number only would leave the others waiting
    /// for ever.
    fn check_everybody_is_served(&self) -> Result<(), SiteFault> {
        for service in &self.services {
            let all: Vec<_> = self.counters_of(&service.id).map(|counter| counter.serves).collect();
            let nobody_calls = |kind: Serves| {
                !all.is_empty()
                    && all.iter().all(|serves| !matches!(serves, Serves::All) && *serves != kind)
            };
            for (kind, word) in [(Serves::Priority, "priority"), (Serves::Ordinary, "ordinary")] {
                if nobody_calls(kind) {
                    return fault(
                        format!(
                            "service {:?}: no counter calls {word} numbers",
                            service.id.as_str()
                        ),
                        "let one of its counters serve all",
                    );
                }
            }
        }
        Ok(())
    }

    fn check_zone(&self, of: &str, zone: &str) -> Result<(), SiteFault> {
        if zone.is_empty() || self.zones.iter().any(|known| known.id == zone) {
            Ok(())
        } else {
            fault(format!("{of}: unknown zone {zone:?}"), "add the [[zone]] or correct the code")
        }
    }
}

fn check_week(of: &str, hours: &Hours) -> Result<(), SiteFault> {
    hours
        .days()
        .into_iter()
        .try_for_each(|(name, sessions)| check_sessions(&format!("{of}.{name}"), sessions))
}

fn check_sessions(of: &str, sessions: &[Session]) -> Result<(), SiteFault> {
    if sessions.windows(2).all(|pair| pair[0].close_min <= pair[1].open_min) {
        return Ok(());
    }
    fault(
        format!("{of}: sessions overlap or are out of order"),
        "write the morning before the afternoon",
    )
}

/// What a kiosk shows in one line, or as a code, must fit there.
fn check_procedure(service: &str, procedure: &Procedure) -> Result<(), SiteFault> {
    let of = format!("service {service:?}: procedure {:?}", procedure.name.vi);
    let basis = [&procedure.basis.vi, &procedure.basis.en];
    if basis.iter().any(|text| text.chars().count() > BASIS_MAX) {
        return fault(
            format!("{of}: basis is longer than {BASIS_MAX} letters"),
            "name the law and its article, e.g. NĐ 123/2015/NĐ-CP Điều 16",
        );
    }
    let link = procedure.link.as_str();
    if !link.is_empty() && (!link.starts_with("https://") || link.len() > LINK_MAX) {
        return fault(
            format!("{of}: link {link:?} is no short address"),
            "give the portal's page, https://…, of at most 200 letters",
        );
    }
    Ok(())
}

fn check_appointments(service: &str, rule: &Appointments) -> Result<(), SiteFault> {
    let within = (1..=240).contains(&rule.slot_min)
        && (1..=100).contains(&rule.per_slot)
        && rule.credit_min <= 24 * 60
        && (1..=60).contains(&rule.days_ahead);
    if within {
        return Ok(());
    }
    fault(
        format!("service {service:?}: appointments are out of their limits"),
        "slot_min 1–240, per_slot 1–100, credit_min at most 1440, days_ahead 1–60",
    )
}

fn unique<'a>(kind: &str, codes: impl Iterator<Item = &'a str>) -> Result<(), SiteFault> {
    let mut seen = BTreeSet::new();
    for code in codes {
        if code.trim().is_empty() {
            return fault(format!("a {kind} has no id"), "every entry has a short code");
        }
        if !seen.insert(code) {
            return fault(format!("{kind} {code:?} is given twice"), "codes are used once");
        }
    }
    Ok(())
}

impl Hours {
    /// The week from Monday, each day with its key in the file.
    pub(crate) fn days(&self) -> [(&'static str, &[Session]); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }
}

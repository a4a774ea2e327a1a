//! The conversation with a printer: questions before a job, its confirmation after.

use std::time::{Duration, Instant};

use super::{Confirmed, Limits, Outcome};
use crate::escpos_job::Job;
use crate::link::{Link, LinkUrl, ieee1284};
use crate::profile::{Confirm, Profile, Profiles};
use crate::status::{self, Reply, Seen};
use crate::trouble::{Code, Trouble};

/// Asks everything the profile knows. A general "off-line" gives way to its cause.
pub(super) fn ask_all(
    link: &mut Link,
    profile: &Profile,
    limits: &Limits,
) -> Result<Seen, Trouble> {
    let (mut seen, mut offline) = (Seen::default(), None);
    link.drain()?;
    for n in &profile.status {
        match ask(link, *n, limits) {
            Ok(more) => seen = seen.and(more),
            Err(trouble) if trouble.code == Code::Offline => offline = Some(trouble),
            Err(trouble) => return Err(trouble),
        }
    }
    match offline {
        Some(trouble) => Err(trouble),
        None => Ok(seen),
    }
}

fn ask(link: &mut Link, n: u8, limits: &Limits) -> Result<Seen, Trouble> {
    link.send(&status::question(n), limits.stall).map_err(|(_, trouble)| trouble)?;
    let deadline = Instant::now() + limits.answer;
    let got = link.receive(deadline, |got| status::answer(n, got).is_some())?;
    status::answer(n, &got).unwrap_or_else(|| {
        Err(Trouble::new(Code::NoAnswer, format!("no answer to status question {n}")))
    })
}

/// What kind of printer it is: by what the kernel knows of it, then by asking one that answers.
///
/// `GS I` is only sent to a printer that has just answered a status question and has nothing to
/// print, because one that does not know it may print its bytes.
pub(super) fn identify(
    link: &mut Link,
    url: &LinkUrl,
    profiles: &Profiles,
    limits: &Limits,
) -> Result<Profile, Trouble> {
    let none = || Trouble::new(Code::Error, "the list of printer profiles is not complete");
    match url {
        LinkUrl::File(_) => return profiles.silent().cloned().ok_or_else(none),
        LinkUrl::Lp(path) => {
            let said = ieee1284(path);
            if let Some(known) = said.as_deref().and_then(|said| profiles.answering(said)) {
                tracing::info!(said, profile = known.id, "the printer was known by its USB id");
                return Ok(known.clone());
            }
        }
        LinkUrl::Tcp(_) | LinkUrl::Serial { .. } => {}
    }
    link.drain()?;
    if let Err(trouble) = ask(link, 1, limits)
        && trouble.code != Code::Offline
    {
        return Err(trouble);
    }
    let mut said = Vec::new();
    for block in [66, 67] {
        link.send(&[0x1D, 0x49, block], limits.stall).map_err(|(_, trouble)| trouble)?;
        let deadline = Instant::now() + limits.answer;
        let got = link.receive(deadline, |got| status::name(got).is_some())?;
        said.extend(status::name(&got));
    }
    let said = said.join(" ");
    let known = profiles.answering(&said).or_else(|| profiles.unnamed()).ok_or_else(none)?;
    tracing::info!(said, profile = known.id, "the printer was asked what it is");
    Ok(known.clone())
}

/// Sends a job and waits for its confirmation; how many bytes were taken when it broke comes with
/// the outcome.
pub(super) fn send(
    link: &mut Link,
    job: &Job,
    profile: &Profile,
    limits: &Limits,
    takes: Duration,
) -> Outcome {
    if let Err((sent, trouble)) = link.send(&job.bytes, limits.stall) {
        return match sent {
            0 => Outcome::NotStarted(trouble),
            _ => Outcome::Unknown(trouble),
        };
    }
    let confirmed = match profile.confirm {
        Confirm::None => Ok(Some(Confirmed::ByWire)),
        Confirm::Drain => drained(link, profile, limits, takes),
        Confirm::ProcessId | Confirm::Barrier => {
            named(link, job.id, profile.confirm == Confirm::ProcessId, limits)
        }
    };
    match confirmed {
        Ok(Some(confirmed)) => Outcome::Printed(confirmed),
        Ok(None) => {
            let why = ask_all(link, profile, limits).err();
            Outcome::Unknown(
                why.unwrap_or_else(|| Trouble::new(Code::NoAnswer, "the job was not confirmed")),
            )
        }
        Err(trouble) => Outcome::Unknown(trouble),
    }
}

/// Waits for the paper's time and asks how the printer is, twice, because one answer may be noise.
fn drained(
    link: &mut Link,
    profile: &Profile,
    limits: &Limits,
    takes: Duration,
) -> Result<Option<Confirmed>, Trouble> {
    link.receive(Instant::now() + takes, |_| false)?;
    for _ in 0..2 {
        ask_all(link, profile, limits)?;
    }
    Ok(Some(Confirmed::ByStatus))
}

/// Waits for the job's name or the barrier behind it.
fn named(
    link: &mut Link,
    id: [u8; 4],
    names_jobs: bool,
    limits: &Limits,
) -> Result<Option<Confirmed>, Trouble> {
    let by_job = |got: &[u8]| status::reply(got, id) == Some(Reply::ProcessId);
    let by_barrier = |got: &[u8]| status::reply(got, id) == Some(Reply::Barrier);
    let deadline = Instant::now() + limits.finish;
    let got = link.receive(deadline, |got| by_job(got) || by_barrier(got))?;
    if by_job(&got) {
        return Ok(Some(Confirmed::ByJob));
    }
    if !by_barrier(&got) {
        return Ok(None);
    }
    if !names_jobs {
        return Ok(Some(Confirmed::ByBarrier));
    }
    // A barrier alone may be followed by the job's own name a moment later. Whatever becomes of the
    // wire now, the barrier has been answered.
    let heard = |more: &[u8]| by_job(&[got.as_slice(), more].concat());
    let more = link.receive(Instant::now() + limits.answer, heard).unwrap_or_default();
    Ok(Some(if heard(&more) { Confirmed::ByJob } else { Confirmed::ByBarrier }))
}

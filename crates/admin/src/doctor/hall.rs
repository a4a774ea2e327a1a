//! Whether the hall's screen is read from the last row, and what the loudspeaker's test found.

use queue::Text;
use station::hall::layout::{self, ARC_CALLED, ARC_LEAST, Layout};

use super::{Findings, Machine};

/// A millimetre of rounding is no reason to warn, minutes of arc.
const SLACK: f64 = 0.1;

fn words(vi: String, en: String) -> Text {
    Text::new(vi, en)
}

/// The called number under 42 minutes of arc from the last row: lying, which is how most screens hang.
pub(super) fn screen(machine: &Machine<'_>, findings: &mut Findings) {
    let Some(config) = &machine.configs.hall else { return };
    let screen = &config.screen;
    let called = Layout::of(screen, true).called;
    let seen = layout::arc(screen, called);
    let (inches, metres) = (screen.diagonal_in, screen.distance_m);
    let said = words(
        format!("màn hình {inches}″ nhìn từ {metres} m: số được gọi cao {seen:.0}′"),
        format!(
            "the {inches}″ screen from {metres} m: the called number stands at {seen:.0}′ of arc"
        ),
    );
    let todo = words(
        format!(
            "Treo màn hình lớn hơn hoặc gần hơn (cần {ARC_CALLED}′); xem [screen] trong hall.toml."
        ),
        format!(
            "Hang a larger screen, or nearer ({ARC_CALLED}′ are needed); see [screen] in hall.toml."
        ),
    );
    if seen >= ARC_CALLED - SLACK {
        findings.fine("screen", said);
    } else if seen >= ARC_LEAST {
        findings.warn("screen", said, todo);
    } else {
        findings.bad("screen", said, todo);
    }
}

/// What the hall itself found this morning.
pub(super) fn loudspeaker(machine: &Machine<'_>, findings: &mut Findings) {
    let Ok(found) = &machine.look.found else { return };
    let Some((at, display, fault)) = &found.tested else { return };
    let at = machine.time(*at);
    match fault {
        None => findings.fine(
            "loudspeaker",
            words(
                format!("loa của {display} đã thử tốt lúc {at}"),
                format!("the loudspeaker of {display} was tested well at {at}"),
            ),
        ),
        Some(fault) => findings.warn(
            "loudspeaker",
            words(
                format!("loa của {display} thử không đạt lúc {at}: {fault}"),
                format!("the loudspeaker of {display} failed its test at {at}: {fault}"),
            ),
            words(
                "Xem dây loa và âm lượng; luot-hall tự mở lại loa khi có.".into(),
                "Look at the cable and the volume; luot-hall opens the loudspeaker again by itself."
                    .into(),
            ),
        ),
    }
}

//! The scanner's hand: what was read becomes one touch of the flow, which alone reads it.

use devices::{LinkUrl, Scanner, ScannerEvent};
use station::config::ScannerSection;
use station::face::FaceError;
use station::flow::Inputs;
use station::kiosk::{Kiosk, Touch};
use station::scan::Code;

/// Starts the scanner that the config names, if it names one.
pub(crate) fn start(
    section: &ScannerSection,
    inputs: Inputs<Kiosk>,
) -> Result<Option<Scanner>, FaceError> {
    if section.line.is_empty() {
        return Ok(None);
    }
    let mistake = |what: String| FaceError::Hand(format!("scanner: {what}"));
    let url = section.line.parse::<LinkUrl>().map_err(|error| mistake(error.to_string()))?;
    if !matches!(url, LinkUrl::Serial { .. }) {
        return Err(mistake(format!("{:?} is no serial line", section.line)));
    }
    let scanner = Scanner::start(url, move |event| match event {
        ScannerEvent::Read(code) => inputs.touch(Touch::Scanned(Code::from(code.text()))),
        ScannerEvent::Ready => tracing::info!("the scanner is ready"),
        ScannerEvent::Trouble(trouble) => {
            tracing::warn!(code = trouble.code.word(), detail = trouble.detail, "scanner");
        }
    })?;
    Ok(Some(scanner))
}

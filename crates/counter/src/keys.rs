//! What the toolkit says of a key, in the words of `station::counter::keys`.

use slint::SharedString;
use slint::platform::Key;
use station::counter::Stroke;

/// Keys with a name of their own.
const NAMED: [(Key, &str); 28] = [
    (Key::Return, "Enter"),
    (Key::Space, "Space"),
    (Key::Delete, "Del"),
    (Key::Backspace, "Backspace"),
    (Key::Escape, "Esc"),
    (Key::Insert, "Ins"),
    (Key::Home, "Home"),
    (Key::End, "End"),
    (Key::PageUp, "PgUp"),
    (Key::PageDown, "PgDn"),
    (Key::UpArrow, "Up"),
    (Key::DownArrow, "Down"),
    (Key::LeftArrow, "Left"),
    (Key::RightArrow, "Right"),
    (Key::Tab, "Tab"),
    (Key::Backtab, "Backtab"),
    (Key::F1, "F1"),
    (Key::F2, "F2"),
    (Key::F3, "F3"),
    (Key::F4, "F4"),
    (Key::F5, "F5"),
    (Key::F6, "F6"),
    (Key::F7, "F7"),
    (Key::F8, "F8"),
    (Key::F9, "F9"),
    (Key::F10, "F10"),
    (Key::F11, "F11"),
    (Key::F12, "F12"),
];

/// The key for the flow; nothing for one that the toolkit keeps: those that move the focus, those
/// with Alt, and in the field that writes itself all but its end.
pub(crate) fn stroke(
    text: &SharedString,
    ctrl: bool,
    alt: bool,
    repeat: bool,
    writing: bool,
) -> Option<Stroke> {
    let named = NAMED.iter().find(|(key, _)| SharedString::from(*key) == *text);
    let name = named.map_or(text.as_str(), |(_, name)| name);
    let moves = matches!(name, "Tab" | "Backtab" | "");
    let written = writing && !matches!(name, "Enter" | "Esc");
    (!alt && !moves && !written).then(|| Stroke { name: name.to_owned(), ctrl, repeat })
}

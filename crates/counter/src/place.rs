//! Where the strip stood, kept for the next time.

use std::path::{Path, PathBuf};

/// The file; nothing when this user has no home.
fn file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    Some(state.or_else(home)?.join("luot/strip"))
}

/// Where it stood last.
pub(crate) fn kept() -> Option<(i32, i32)> {
    read(&file()?)
}

/// Keeps where it stands; a strip that forgets its place is no trouble.
pub(crate) fn keep(place: (i32, i32)) {
    let Some(file) = file() else { return };
    if let Err(error) = write(&file, place) {
        tracing::debug!(%error, "the place of the strip is not kept");
    }
}

fn read(file: &Path) -> Option<(i32, i32)> {
    let text = std::fs::read_to_string(file).ok()?;
    let (x, y) = text.trim().split_once(' ')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

fn write(file: &Path, (x, y): (i32, i32)) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, format!("{x} {y}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_also_left_of_the_first_screen_and_nonsense_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("luot/strip");
        assert_eq!(read(&file), None);
        write(&file, (-900, 40)).unwrap();
        assert_eq!(read(&file), Some((-900, 40)));
        std::fs::write(&file, "40").unwrap();
        assert_eq!(read(&file), None);
    }
}

//! The pictures that a calm hall shows: found in the folder, decoded on a thread of their own, so that
//! a call never waits for one.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use slint::{ComponentHandle, Image, Weak};
use station::flow::Inputs;
use station::hall::{Hall as HallFlow, Voice};
use ui::{Hall, HallWindow};

/// More pictures than anybody looks at.
const PICTURES_MAX: usize = 200;

/// The PNG files of a folder by name; none where there is no folder.
fn found(folder: &Path) -> Vec<PathBuf> {
    if folder.as_os_str().is_empty() {
        return Vec::new();
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "no pictures for the slides");
            return Vec::new();
        }
    };
    let is_png = |path: &PathBuf| {
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png")) && path.is_file()
    };
    let mut pictures: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_png).collect();
    pictures.sort();
    pictures.truncate(PICTURES_MAX);
    pictures
}

/// Starts the thread that looks for pictures now and whenever one is shown; what is sent to it is
/// decoded and put into the window. Ends with its sender.
pub(crate) fn start(
    folder: PathBuf,
    window: Weak<HallWindow>,
    inputs: Inputs<HallFlow>,
) -> std::io::Result<mpsc::Sender<PathBuf>> {
    let (wanted, asked) = mpsc::channel::<PathBuf>();
    std::thread::Builder::new().name("slides".into()).spawn(move || {
        inputs.device(Voice::Pictures(found(&folder)));
        while let Ok(path) = asked.recv() {
            let pixels = match ui::picture(&path) {
                Ok(pixels) => pixels,
                Err(error) => {
                    tracing::warn!(%error, "a slide is left out");
                    continue;
                }
            };
            let shown = window.upgrade_in_event_loop(move |window| {
                window.global::<Hall>().set_slide_picture(Image::from_rgba8(pixels));
            });
            if shown.is_err() {
                return;
            }
            inputs.device(Voice::Pictures(found(&folder)));
        }
    })?;
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_name_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.png", "c.jpg", "note.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("d.png")).unwrap();
        let names: Vec<_> = found(folder.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.png", "b.PNG"]);
        assert!(found(Path::new("")).is_empty() && found(Path::new("/nowhere")).is_empty());
    }
}

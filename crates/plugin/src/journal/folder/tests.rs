//! Tests of the journal's folder, and of other entries in its place.

use super::*;
use std::time::SystemTime;
use tempfile::{TempDir, tempdir};

/// Returns a folder that does not exist yet, and the folder that contains it.
fn folder() -> (TempDir, Folder) {
    let data = tempdir().unwrap();
    let folder = Folder::at(data.path().join("data/notes")).unwrap();
    (data, folder)
}

fn name() -> String {
    Folder::name(&[b"one"])
}

fn age(path: &Path) {
    let old = SystemTime::now() - Duration::from_secs(60);
    File::options().append(true).open(path).unwrap().set_modified(old).unwrap();
}

#[test]
fn a_note_is_written_read_replaced_and_removed_with_its_folders() {
    let (data, folder) = folder();
    assert_eq!(folder.read(&name()).unwrap(), None);
    folder.remove(&name()).unwrap();
    for text in ["first", "second"] {
        folder.write(&name(), text.as_bytes()).unwrap();
        assert_eq!(folder.read(&name()).unwrap(), Some(text.as_bytes().to_vec()));
        assert_eq!(fs::read_dir(folder.place()).unwrap().count(), 1, "no draft remains");
    }
    folder.remove(&name()).unwrap();
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn the_draft_of_a_killed_process_is_removed_with_its_record() {
    let (data, folder) = folder();
    for left in [true, false] {
        folder.write(&name(), b"{}").unwrap();
        fs::write(folder.place().join(draft(&name())), "half").unwrap();
        if left {
            folder.write(&name(), b"{}").unwrap();
            assert_eq!(fs::read_dir(folder.place()).unwrap().count(), 1);
        }
        folder.remove(&name()).unwrap();
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    }
}

#[test]
fn sweep_removes_only_old_records() {
    let (_data, folder) = folder();
    folder.write(&name(), b"{}").unwrap();
    let upper = name().to_uppercase().replace(".JSON", ".json");
    let names = [name(), "precious.json".to_owned(), format!("a{}", name()), upper];
    for name in &names {
        fs::write(folder.place().join(name), "{}").unwrap();
    }
    let folder_of_the_name = folder.place().join(Folder::name(&[b"folder"]));
    fs::create_dir(&folder_of_the_name).unwrap();
    folder.sweep(Duration::from_secs(30));
    names.iter().for_each(|name| assert!(folder.place().join(name).exists()));
    names.iter().for_each(|name| age(&folder.place().join(name)));
    folder.sweep(Duration::from_secs(30));
    let stays = |name: &&String| folder.place().join(name).exists();
    assert_eq!(names.iter().filter(stays).count(), 3);
    assert!(!stays(&&name()) && folder_of_the_name.exists());
}

#[test]
fn a_record_has_a_maximum_size() {
    let (_data, folder) = folder();
    let most = vec![b' '; MOST as usize];
    folder.write(&name(), &most).unwrap();
    assert_eq!(folder.read(&name()).unwrap(), Some(most.clone()));
    let more = [&*most, b" "].concat();
    assert!(folder.write(&name(), &more).is_err());
    assert_eq!(folder.read(&name()).unwrap(), Some(most), "the record is unchanged");
    fs::write(folder.place().join(name()), &more).unwrap();
    assert_eq!(folder.read(&name()).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::process::Command;

    fn mkfifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn only_the_owner_can_read_the_records() {
        let (_data, folder) = folder();
        folder.write(&name(), b"{}").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.place()), 0o700);
        assert_eq!(mode(&folder.place().join(name())), 0o600);
    }

    #[test]
    fn a_link_or_a_file_is_not_accepted_as_the_folder() {
        let (data, folder) = folder();
        let elsewhere = data.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        fs::create_dir(data.path().join("data")).unwrap();
        fs::write(elsewhere.join(name()), "{}").unwrap();
        age(&elsewhere.join(name()));
        symlink(&elsewhere, folder.place()).unwrap();
        for again in [true, false] {
            assert!(Folder::at(folder.place().to_owned()).is_err());
            // Nor if it replaces the folder later.
            assert!(folder.write(&name(), b"other").is_err());
            assert!(folder.read(&name()).is_err() && folder.remove(&name()).is_err());
            folder.sweep(Duration::ZERO);
            if again {
                fs::remove_file(folder.place()).unwrap();
                mkfifo(folder.place());
            }
        }
        assert_eq!(fs::read_to_string(elsewhere.join(name())).unwrap(), "{}");
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
    }

    #[test]
    fn other_entries_with_the_name_of_a_record_stay() {
        let (data, folder) = folder();
        folder.write(&name(), b"{}").unwrap();
        let (note, precious) = (folder.place().join(name()), data.path().join("precious"));
        fs::write(&precious, "precious").unwrap();
        age(&precious);
        let makes: [&dyn Fn(); 3] = [
            &|| symlink(&precious, &note).unwrap(),
            &|| symlink(data.path().join("nowhere"), &note).unwrap(),
            &|| mkfifo(&note),
        ];
        for make in makes {
            fs::remove_file(&note).unwrap();
            make();
            let found = fs::symlink_metadata(&note).unwrap().ino();
            assert!(folder.read(&name()).is_err());
            assert!(folder.write(&name(), b"other").is_err());
            assert!(folder.remove(&name()).is_err());
            folder.sweep(Duration::ZERO);
            assert_eq!(fs::symlink_metadata(&note).unwrap().ino(), found);
        }
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        assert_eq!(fs::read_dir(folder.place()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_terraform_is_read_through_a_link_without_waiting() {
        let data = tempdir().unwrap();
        let [file, link, fifo] = ["file", "link", "fifo"].map(|name| data.path().join(name));
        fs::write(&file, "text").unwrap();
        symlink(&file, &link).unwrap();
        mkfifo(&fifo);
        let read = |path: &Path, most| read(path, most, Links::Followed);
        assert_eq!(read(&link, 4).unwrap(), Some(b"text".to_vec()));
        assert!(read(&link, 3).is_err() && read(&fifo, 4).is_err());
        assert_eq!(read(&data.path().join("none"), 4).unwrap(), None);
    }
}

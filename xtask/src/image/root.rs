//! The root folder of the image, and its archive, the only layer.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};
use zip::ZipArchive;

use crate::failure::{Context as _, Failure, Result};

/// Number of an unknown operating system in gzip's header, so that every system writes equal bytes.
const ANY_SYSTEM: u8 = 255;

/// Files and folders by their path without a slash at the start. A folder has a slash at the end.
#[derive(Debug, Clone)]
pub(super) struct Root {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    mode: u32,
    bytes: Vec<u8>,
}

impl Default for Root {
    /// Returns a root folder with an empty folder for temporary files, which every user can write.
    fn default() -> Self {
        let temporary = Entry { mode: 0o1777, bytes: Vec::new() };
        Self { entries: BTreeMap::from([("tmp/".to_owned(), temporary)]) }
    }
}

impl Root {
    /// Returns the content of an archive of `cargo xtask package`.
    pub(super) fn of_archive(archive: &Path) -> Result<Self> {
        let doing = format!("Reading {}", archive.display());
        let mut zip = ZipArchive::new(File::open(archive).context(&doing)?).context(&doing)?;
        let mut root = Self::default();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).context(&doing)?;
            let name = file.name().context(&doing)?.into_owned();
            let mode = file.unix_mode().context(format!("{doing}: {name} has no mode"))? & 0o777;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).context(&doing)?;
            root.add(&name, mode, bytes);
        }
        Ok(root)
    }

    /// Adds a file that can be executed.
    pub(super) fn program(&mut self, path: &str, bytes: Vec<u8>) {
        self.add(path, 0o755, bytes);
    }

    /// Adds a file that everyone can read.
    pub(super) fn text(&mut self, path: &str, bytes: Vec<u8>) {
        self.add(path, 0o644, bytes);
    }

    /// Adds a file and the folders that it is in.
    fn add(&mut self, path: &str, mode: u32, bytes: Vec<u8>) {
        let path = path.trim_start_matches('/');
        for (end, _) in path.match_indices('/') {
            let folder = path.get(..=end).unwrap_or_default().to_owned();
            self.entries.entry(folder).or_insert(Entry { mode: 0o755, bytes: Vec::new() });
        }
        self.entries.insert(path.to_owned(), Entry { mode, bytes });
    }

    /// Returns a tar archive in which everything belongs to root and has this time in seconds since
    /// 1970.
    pub(super) fn archive(&self, time: u64) -> Result<Vec<u8>> {
        let doing = "Cannot write the layer";
        let mut archive = Builder::new(Vec::new());
        for (path, entry) in &self.entries {
            let mut header = Header::new_ustar();
            let folder = path.ends_with('/');
            header.set_entry_type(if folder { EntryType::Directory } else { EntryType::Regular });
            header.set_mode(entry.mode);
            header.set_mtime(time);
            header.set_uid(0);
            header.set_gid(0);
            header.set_size(entry.bytes.len() as u64);
            archive.append_data(&mut header, path, &*entry.bytes).context(doing)?;
        }
        archive.into_inner().context(doing)
    }

    /// Writes the files to a folder that does not exist or is empty.
    pub(super) fn unpack(&self, folder: &Path) -> Result<()> {
        let doing = format!("Writing {}", folder.display());
        fs::create_dir_all(folder).context(&doing)?;
        if fs::read_dir(folder).context(&doing)?.next().is_some() {
            return Err(Failure::new(format!("{} is not empty", folder.display())));
        }
        for (path, entry) in &self.entries {
            let path = folder.join(path);
            match path.as_os_str().to_string_lossy().ends_with('/') {
                true => fs::create_dir(&path).context(&doing)?,
                false => fs::write(&path, &entry.bytes).context(&doing)?,
            }
            set_mode(&path, entry.mode).context(&doing)?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

/// Compresses a layer. The result has no time and no name.
pub(super) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    GzBuilder::new()
        .mtime(0)
        .operating_system(ANY_SYSTEM)
        .read(bytes, Compression::best())
        .read_to_end(&mut compressed)
        .context("Cannot compress the layer")?;
    Ok(compressed)
}

use super::*;
use mlp_train::Parameters;
use mlp_train::storing::ChunkBuilder;
use mlp_train::{Status, storing::NumberColumns};

fn header() -> Header {
    Header::new("an experiment", &["a".to_owned(), "b".to_owned()], 1000)
}

fn rows(network: u64) -> NetworkRows {
    NetworkRows {
        network,
        seed: network + 7,
        status: Status::Completed,
        last_step: 2,
        stopped_by: network.is_multiple_of(3).then(|| "patience".to_owned()),
        best_step: None,
        exploded: false,
        converged: network.is_multiple_of(2),
        shade: network.is_multiple_of(5).then(|| -1.5 * network as f64),
        followed: None,
        steps: vec![0, 2],
        metrics: NumberColumns::new(
            2,
            [
                [Some(network as f64), Some(0.5)],
                [None, Some(f64::INFINITY)],
            ]
            .into_iter()
            .map(|column| column.into_iter()),
        ),
        weights: vec![(2, Parameters::Single(vec![1.0, -0.0]))],
        fates: Vec::new(),
        answers: None,
    }
}

fn open(directory: &Path) -> (Journal, Vec<String>) {
    let mut warnings = Vec::new();
    let journal = Journal::open(directory, header(), &mut |text| warnings.push(text)).unwrap();
    (journal, warnings)
}

fn append(journal: &mut Journal, networks: &[u64]) {
    let mut chunk = ChunkBuilder::default();
    for &network in networks {
        chunk.push_rows(rows(network));
    }
    journal
        .append(&chunk.finish(&journal.encoder()).unwrap())
        .unwrap();
}

fn all(journal: &Journal) -> Vec<NetworkRows> {
    let mut found = Vec::new();
    journal
        .rows_in_order(&mut |rows| {
            found.push(rows);
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn networks_come_back_in_order_whatever_order_they_finished_in() {
    let directory = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(directory.path());
    for chunk in [&[5, 1][..], &[0, 9], &[2], &[8, 3, 4]] {
        append(&mut journal, chunk);
    }
    // The journal of a second process.
    drop(journal);
    let (mut journal, warnings) = open(directory.path());
    assert_eq!((warnings.len(), journal.finished().len()), (0, 8));
    assert_eq!(journal.finished().missing(11), [6..8, 10..11]);
    append(&mut journal, &[7, 6]);
    let expected: Vec<NetworkRows> = (0..10).map(rows).collect();
    assert_eq!(all(&journal), expected);
    assert_eq!(all(&open(directory.path()).0), expected);
    let names: Vec<_> = files(&directory.path().join(JOURNAL)).unwrap();
    assert!(names[0].ends_with("000001.bin") && names[1].ends_with("000002.bin"));
    Journal::remove(directory.path()).unwrap();
    assert_eq!(open(directory.path()).0.finished().len(), 0);
}

#[test]
fn a_torn_tail_is_dropped_wherever_it_is_torn() {
    let directory = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[0, 1]);
    let path = journal.files[0].clone();
    let one = fs::metadata(&path).unwrap().len();
    append(&mut journal, &[2]);
    drop(journal);
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (mut journal, warnings) = open(directory.path());
        let kept = if length as u64 >= one { 2 } else { 0 };
        assert_eq!(journal.finished().len(), kept, "{length}");
        // An empty file may have held networks, so it is told of.
        let at_an_end = [header_length(), one as usize].contains(&length);
        assert_eq!(
            warnings.len(),
            usize::from(!at_an_end),
            "{length} {warnings:?}"
        );
        assert_eq!(all(&journal).len() as u64, kept);
        // What is appended now is found by the next process, which has nothing to warn of.
        append(&mut journal, &[9]);
        drop(journal);
        let (journal, warnings) = open(directory.path());
        assert_eq!((journal.finished().len(), warnings.len()), (kept + 1, 0));
        drop(journal);
        Journal::remove(directory.path()).unwrap();
    }
}

fn header_length() -> usize {
    frame::encode(HEADER, &header(), b"").unwrap().len()
}

/// The names in the journal's folder.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory.join(JOURNAL)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_damaged_file_is_set_aside_and_its_sound_chunks_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[0]);
    let path = journal.files[0].clone();
    let one = fs::metadata(&path).unwrap().len() as usize;
    append(&mut journal, &[1]);
    let two = fs::metadata(&path).unwrap().len() as usize;
    append(&mut journal, &[2]);
    drop(journal);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&path, &bytes).unwrap();
        let (journal, warnings) = open(directory.path());
        let lost = match at {
            at if at < header_length() => None,
            at if at < one => Some(0),
            at if at < two => Some(1),
            _ => Some(2),
        };
        let sound: Vec<u64> = (0..3).filter(|network| Some(*network) != lost).collect();
        let found: Vec<NetworkRows> = all(&journal);
        assert!(found.iter().map(|rows| rows.network).eq(sound), "{at}");
        assert!(found.iter().all(|found| *found == rows(found.network)));
        assert_eq!(warnings.len(), 1);
        // A length that was made larger at the end cannot be told from a torn end.
        let aside = directory
            .path()
            .join(JOURNAL)
            .join("000001.unreadable-1.bin");
        if !warnings[0].contains("are dropped") {
            assert!(
                warnings[0].contains("000001.unreadable-1.bin"),
                "{warnings:?}"
            );
            assert_eq!(fs::read(&aside).unwrap(), bytes);
            fs::remove_file(&aside).unwrap();
        } else {
            assert!(lost == Some(2), "{at}: {warnings:?}");
        }
        drop(journal);
        // The next process has nothing to warn of.
        let (journal, warnings) = open(directory.path());
        assert_eq!((all(&journal).len(), warnings.len()), (found.len(), 0));
        Journal::remove(directory.path()).unwrap();
    }
}

#[test]
fn what_is_lost_between_chunks_does_not_hide_those_behind() {
    let directory = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[0]);
    append(&mut journal, &[1, 2]);
    let path = journal.files[0].clone();
    drop(journal);
    let whole = fs::read(&path).unwrap();
    let header = header_length();
    // Zeroes in place of the header and the beginning of the first chunk, as a lost page leaves them;
    // a long stretch of other bytes; a chunk's magic that is none.
    let zeroes = [vec![0; header + 20], whole[header + 20..].to_vec()].concat();
    let stretch = [&whole[..header], &vec![7; 200_000], &whole[header..]].concat();
    let magic = [&whole[..header], b"mlp-netsmlp-nets", &whole[header..]].concat();
    for (bytes, networks) in [(zeroes, 2), (stretch, 3), (magic, 3)] {
        fs::write(&path, &bytes).unwrap();
        let (journal, warnings) = open(directory.path());
        assert_eq!(
            (journal.finished().len(), warnings.len()),
            (networks, 1),
            "{warnings:?}"
        );
        assert_eq!(all(&journal).len() as u64, networks);
    }
    assert_eq!(names(directory.path()).len(), 4);
    // A file of nothing sound is set aside whole.
    fs::write(&path, vec![7; 5000]).unwrap();
    let (journal, warnings) = open(directory.path());
    assert_eq!((journal.finished().len(), warnings.len()), (0, 1));
    assert!(!path.exists() && names(directory.path()).len() == 4);
}

#[test]
fn another_experiment_is_set_aside_and_another_engine_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[0]);
    let other = Header::new("another", &["a".to_owned(), "b".to_owned()], 1000);
    let mut warnings = 0;
    let found = Journal::open(directory.path(), other.clone(), &mut |_| warnings += 1).unwrap();
    assert_eq!((found.finished().len(), warnings), (0, 1));
    assert_eq!(names(directory.path()), ["000001.other-1.bin"]);
    // Its chunks are not taken for those of another experiment, whatever became of its header.
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[1]);
    let path = journal.files[0].clone();
    let mut bytes = fs::read(&path).unwrap();
    bytes[8] ^= 1;
    fs::write(&path, bytes).unwrap();
    let found = Journal::open(directory.path(), other, &mut |_| {}).unwrap();
    assert_eq!(found.finished().len(), 0);
    let (mut journal, _) = open(directory.path());
    append(&mut journal, &[1]);
    let engine = Header {
        engine: "0".to_owned(),
        ..header()
    };
    let error = Journal::open(directory.path(), engine, &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::OtherEngine { .. }), "{error}");
}

//! Prechelt's protocol: when the trainings of PROBEN1 end.
//!
//! Training proceeds in strips of k epochs (5). At the end of each strip the validation loss E_va is
//! evaluated; the lowest of these is E_opt. Training ends at the first end of a strip where `GL =
//! 100 (E_va / E_opt - 1)` is above 5 ([`generalization_loss`](super::generalization_loss)) or the
//! progress `P_k` of the training loss over the epochs of the strip is below 0.1
//! ([`progress`](super::progress)), and after 3000 epochs at the latest. The parameters of E_opt are
//! kept. Between two ends the validation part is not evaluated, and the untrained network is not a
//! candidate. Source: L. Prechelt, "PROBEN1: a set of neural network benchmark problems and
//! benchmarking rules", Technical Report 21/94, Universitaet Karlsruhe (1994), section 3.3.
//!
//! The training loss of an epoch is that of the whole part after it; Prechelt measures it during the
//! epoch.
//!
//! Every number is a key: `generalization_loss`, `min_progress`, `strip`, `epochs` or `steps`. A check is
//! made after every epoch.

use std::{fmt, str::FromStr};

use super::rules::ProtocolInfo;

pub(super) const NAME: &str = "prechelt";

/// The bounds of GL, in percent, and of P_k, in thousandths.
pub(super) const GENERALIZATION_LOSS: f64 = 5.0;
pub(super) const MIN_PROGRESS: f64 = 0.1;

pub(super) const INFO: ProtocolInfo = ProtocolInfo {
    name: "prechelt:K",
    description: "generalization_loss 5 and min_progress 0.1, both checked only at the ends of strips of K epochs (5), at most 3000 epochs",
    source: "Prechelt 1994, PROBEN1",
};

/// The protocol as given: `prechelt`, or with the epochs of a strip `prechelt:5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prechelt {
    pub(super) strip: Option<u64>,
}

impl Prechelt {
    /// Epochs after which training ends, unless steps or epochs are given.
    pub const EPOCHS: u64 = 3000;
}

impl FromStr for Prechelt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, strip) = match text.split_once(':') {
            None => (text, None),
            Some((name, strip)) => (name, Some(strip)),
        };
        if name.trim() != NAME {
            return Err(format!(
                "there is no protocol \"{text}\"; write {NAME}, or {NAME}:5 for strips of 5 epochs"
            ));
        }
        let Some(strip) = strip else {
            return Ok(Self::default());
        };
        match strip.trim().parse() {
            Ok(strip) if strip >= 2 => Ok(Self { strip: Some(strip) }),
            _ => Err(format!(
                "\"{strip}\" is not a strip length; write a whole number of epochs, 2 or more, as in {NAME}:5"
            )),
        }
    }
}

impl fmt::Display for Prechelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.strip {
            None => f.write_str(NAME),
            Some(strip) => write!(f, "{NAME}:{strip}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::StoppingSpec;

    #[test]
    fn the_numbers_stand_in_keys_and_those_given_stay() {
        let mut spec = StoppingSpec {
            min_progress: Some(0.5),
            ..StoppingSpec::default()
        };
        let spelled = "prechelt:7".parse::<Prechelt>().unwrap();
        let spelled = spelled.spell_out(&mut spec).unwrap();
        assert_eq!(spelled.to_string(), "prechelt");
        assert_eq!(spec.generalization_loss, Some(5.0));
        assert_eq!((spec.min_progress, spec.strip), (Some(0.5), Some(7)));
        // Spelled out once more, nothing changes.
        let before = spec.clone();
        spelled.spell_out(&mut spec).unwrap();
        assert_eq!(spec, before);
    }

    #[test]
    fn what_contradicts_it_is_refused() {
        let strip = StoppingSpec {
            strip: Some(6),
            ..StoppingSpec::default()
        };
        let patient = StoppingSpec {
            patience: Some(6),
            ..StoppingSpec::default()
        };
        for (mut spec, text, said) in [
            (
                strip.clone(),
                "prechelt:5",
                "strip is 6, and \"prechelt:5\" sets it to 5",
            ),
            (patient, "prechelt", "patience at every check"),
        ] {
            let error = text.parse::<Prechelt>().unwrap().spell_out(&mut spec);
            let error = error.unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let mut same = strip;
        "prechelt:6"
            .parse::<Prechelt>()
            .unwrap()
            .spell_out(&mut same)
            .unwrap();
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["prechelt", "prechelt:5"] {
            assert_eq!(text.parse::<Prechelt>().unwrap().to_string(), text);
        }
        let refused = |text: &str| text.parse::<Prechelt>().unwrap_err();
        assert!(refused("prechelts").contains("there is no protocol \"prechelts\""));
        assert!(refused("prechelt:1").contains("2 or more"));
        assert!(refused("prechelt:5:3").contains("\"5:3\" is not a strip length"));
    }
}

//! Argument reduction of huge angles (Payne and Hanek 1983).

/// 2/pi in binary after 64 zero bits.
const TWO_OVER_PI: [u64; 21] = [
    0x0000_0000_0000_0000,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];

/// `x - n pi/2` and n modulo 4, for `|x| >= 2^15`; NaN for an infinity.
pub fn reduce(x: f64) -> (f64, u8) {
    if !x.is_finite() {
        return (f64::NAN, 0);
    }
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32 - 1075;
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    // x = mantissa 2^exponent. Bits of 2/pi that make multiples of four are left out; the window's top bit weighs two.
    let start = (exponent - 2 + 64).max(0) as usize;
    let (word, shift) = (start / 64, start % 64);
    let take = |i: usize| {
        let high = TWO_OVER_PI.get(word + i).copied().unwrap_or(0);
        let low = TWO_OVER_PI.get(word + i + 1).copied().unwrap_or(0);
        if shift == 0 {
            high
        } else {
            (high << shift) | (low >> (64 - shift))
        }
    };
    // mantissa times the window of 256 bits, modulo 2^256.
    let mut product = [0u64; 4];
    let mut carry = 0u128;
    for i in (0..4).rev() {
        let sum = u128::from(take(i)) * u128::from(mantissa) + carry;
        product[i] = sum as u64;
        carry = sum >> 64;
    }
    let mut turns = (product[0] >> 62) as u8;
    let high = (u128::from(product[0]) << 64) | u128::from(product[1]);
    let low = (u128::from(product[2]) << 64) | u128::from(product[3]);
    // The fraction of a quarter turn, 254 bits, in [0, 1); its upper half belongs to the next quarter, below zero.
    let mut high = (high << 2) | (low >> 126);
    let mut low = low << 2;
    let negative = high >> 127 == 1;
    if negative {
        turns = (turns + 1) & 3;
        high = !high;
        low = !low;
    }
    let zeros = high.leading_zeros();
    let top = if zeros == 0 {
        high
    } else if zeros < 128 {
        (high << zeros) | (low >> (128 - zeros))
    } else {
        0
    };
    // An exact power of two; zeros is far below the exponent's range.
    let scale = f64::from_bits(u64::from(1023 - zeros.min(200)) << 52);
    let leading = (top >> 75) as f64 / (1u64 << 53) as f64;
    let trailing =
        ((top >> 22) & ((1 << 53) - 1)) as f64 / (1u64 << 53) as f64 / (1u64 << 53) as f64;
    let product = leading * std::f64::consts::FRAC_PI_2;
    let error = leading.mul_add(std::f64::consts::FRAC_PI_2, -product);
    let tail = leading.mul_add(
        6.123_233_995_736_766e-17,
        trailing.mul_add(std::f64::consts::FRAC_PI_2, error),
    );
    let r = (product + tail) * scale;
    let turns = if x < 0.0 { (4 - turns) & 3 } else { turns };
    (if negative != (x < 0.0) { -r } else { r }, turns)
}

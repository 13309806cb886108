"""Prints tests/references.rs (needs mpmath)."""
from mpmath import *
import random, struct
mp.prec=300
random.seed(5)
F={'Exp':exp,'Expm1':expm1,'Ln':log,'Log1p':log1p,'Tanh':tanh,'Sigmoid':lambda x:1/(1+exp(-x)),'Softplus':lambda x:log1p(exp(x)),'Erf':erf,'Sin':sin,'Cos':cos}
def rnd(n):
    v=[]
    if n in('Ln',): v=[random.uniform(.5,2) for _ in range(10)]+[10**random.uniform(-300,300) for _ in range(10)]+[5e-324,1-2**-53,1+2**-52]
    elif n=='Log1p': v=[random.uniform(-.9,2) for _ in range(10)]+[10**random.uniform(-20,300) for _ in range(10)]+[-1e-5,-.999999]
    elif n in('Sin','Cos'): v=[random.uniform(-10,10) for _ in range(10)]+[10**random.uniform(0,300) for _ in range(10)]+[3.125,1e22,6381956970095103.0*2.0**797]
    else: v=[random.uniform(-6,6) for _ in range(10)]+[random.uniform(-40,40) for _ in range(6)]+[random.choice([-1,1])*10**random.uniform(-12,0) for _ in range(8)]
    if n in('Exp','Expm1'): v+=[709.5,-700.25,0.3465,-0.3466]
    # The ends of the reduced argument's interval, and the largest errors found among random arguments.
    if n=='Tanh': v+=[(k+.5)*0.34657359027997264*s for k in range(10) for s in (1-1e-9,1+1e-9)]+[.10547075309522878,.18328469885568,.5435757532646311,4.852614328227997]
    return v
print("//! True values by mpmath with 300 bits, rounded once: `tools/references.py`.\n\nuse mlp_kernels::math::Function;\n\n/// Function, argument, value.\npub const REFERENCES: &[(Function, f64, f64)] = &[")
for n,f in F.items():
    for x in rnd(n): print(f"    (Function::{n}, {x!r}, {float(f(mpf(x)))!r}),")
print("];")

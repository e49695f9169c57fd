"""`python -m edi_engine` is the command `edi-engine`."""

from edi_engine.cli import main

if __name__ == "__main__":
    main(prog_name="edi-engine")

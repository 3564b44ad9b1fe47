"""Heavy steps in parts, over one interface: `concurrent.futures.Executor`. A part is a pure function of a few plain values.

Here lies how work is cut and put together again; what is computed in a part lies in the modules of the steps.
"""
